const pattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as it was written, digit for digit, for those that no double holds. */
export class NumberLiteral {
  readonly text: string;

  /** @throws RangeError when the text is no decimal number. */
  constructor(text: string) {
    if (!isNumberText(text)) throw new RangeError(`Expected a decimal number, got ${JSON.stringify(text)}.`);
    this.text = text;
    Object.freeze(this);
  }

  toString(): string {
    return this.text;
  }
}

/** Whether a text is a decimal number, with or without sign, fraction and exponent. */
export function isNumberText(text: string): boolean {
  return text.length <= 400 && pattern.test(text);
}

/**
 * A number as plain digits: sign, integer digits, fraction digits, with no exponent.
 * Undefined when it would take more than 200 digits.
 */
export function plainDigits(text: string): { negative: boolean; integer: string; fraction: string } | undefined {
  const [mantissa = '', exponentText = '0'] = text.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', decimals = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const digits = (whole + decimals).replace(/^0+/, '');
  const exponent = Number(exponentText) - decimals.length;
  if (digits === '') return { negative, integer: '0', fraction: '' };
  if (Math.abs(exponent) + digits.length > 200) return undefined;
  const padded = exponent >= 0 ? digits + '0'.repeat(exponent) : digits.padStart(1 - exponent, '0');
  const point = exponent >= 0 ? padded.length : padded.length + exponent;
  return {
    negative,
    integer: padded.slice(0, point).replace(/^0+(?=\d)/, ''),
    fraction: padded.slice(point).replace(/0+$/, ''),
  };
}
