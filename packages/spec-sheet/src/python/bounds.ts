import { Misfit } from './python-error.ts';

const mostItems = 10_000;
const longestText = 100_000;

/** @throws Misfit for a list that has grown too long */
export function checkItems(items: number, at: number): void {
  if (items > mostItems) throw new Misfit(at, `expected at most ${mostItems} items, got more.`);
}

/** @throws Misfit for a text that has grown too long */
export function checkText(length: number, at: number): void {
  if (length > longestText)
    throw new Misfit(at, `expected a text of at most ${longestText} characters, got a longer one.`);
}
