/** A text without the blanks at its end, as the standard compares texts of a fixed length, and MySQL reads them. */
export function withoutPadding(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}
