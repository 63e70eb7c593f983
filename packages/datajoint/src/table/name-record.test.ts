import { describe, expect, test } from 'vitest';
import { DataJointError, DuplicateError, InvalidValueError } from '../errors.ts';
import { named, nameRecord } from './name-record.ts';

describe('the record an error is about', () => {
  const vendor = new Error('vendor');
  const error = new DuplicateError('There is one.', { cause: vendor, details: { key: 'PRIMARY' } });

  test('is in its message and details; class, code and cause stay', () => {
    const about = nameRecord(error, 2, 5) as DuplicateError;
    expect(about).toBeInstanceOf(DuplicateError);
    expect(about).toMatchObject({
      name: 'DuplicateError',
      code: 'DUPLICATE',
      message: 'Record 3 of 5: There is one.',
      details: { key: 'PRIMARY', record: 2 },
    });
    expect(about.cause).toBe(vendor);
    expect(error.message).toBe('There is one.');
  });

  test('of one alone is in the details only; an error without a cause becomes it', () => {
    const plain = new InvalidValueError('No.');
    const about = nameRecord(plain, 0, 1) as InvalidValueError;
    expect(about.message).toBe('No.');
    expect(about.details).toEqual({ record: 0 });
    expect(about.cause).toBe(plain);
  });

  test('is named once', () => {
    const about = nameRecord(error, 2, 5);
    expect(nameRecord(about, 0, 9)).toBe(about);
  });

  test('is not named in errors that are not ours', () => {
    expect(nameRecord(vendor, 0, 5)).toBe(vendor);
    expect(nameRecord('text', 0, 5)).toBe('text');
    expect(nameRecord(undefined, 0, 5)).toBeUndefined();
  });
});

describe('running something about a record', () => {
  const fail = (): never => {
    throw new DataJointError('No.');
  };

  test('answers what it answers', async () => {
    expect(named(0, 2, () => 5)).toBe(5);
    await expect(named(0, 2, () => Promise.resolve(5))).resolves.toBe(5);
  });

  test('names the record, now or later', async () => {
    expect(() => named(1, 2, fail)).toThrow('Record 2 of 2: No.');
    await expect(named(1, 2, async () => fail())).rejects.toThrow('Record 2 of 2: No.');
  });
});
