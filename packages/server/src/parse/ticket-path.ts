const parameter = 'ticket=';

/** A path with a ticket, after its other parameters. */
export function withTicket(path: string, ticket: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${parameter}${ticket}`;
}

/** The path and the ticket in the address of a request; undefined where its last parameter is none. */
export function ticketIn(url: string): { readonly path: string; readonly ticket: string } | undefined {
  const at = url.lastIndexOf(parameter);
  const before = url[at - 1];
  if (at < 1 || (before !== '?' && before !== '&')) return undefined;
  const ticket = url.slice(at + parameter.length);
  return ticket.includes('&') ? undefined : { path: url.slice(0, at - 1), ticket };
}
