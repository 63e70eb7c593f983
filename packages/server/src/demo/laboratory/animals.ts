import { dateText, day, dayOf, isWeekend, timeText } from './calendar.ts';
import { Random } from './random.ts';

export interface Animal {
  readonly subject: string;
  readonly strain: string;
  readonly sex: 'F' | 'M';
  /** Milliseconds since 1970, as all times here. */
  readonly birth: number;
  /** First day of training, on water restriction. */
  readonly start: number;
  readonly recording: 'ephys' | 'imaging' | undefined;
  /** How well it does in the end, from 0 to 1. */
  readonly talent: number;
}

const first = dayOf('2025-06-02');

const kinds: readonly (readonly [strain: string, recording: Animal['recording']])[] = [
  ['C57BL/6J', 'ephys'],
  ['Ai148;Cux2-CreERT2', 'imaging'],
  ['PV-Cre;Ai32', 'ephys'],
  ['C57BL/6J', undefined],
  ['Ai148;Cux2-CreERT2', 'imaging'],
  ['Long-Evans', 'ephys'],
];

/** Twelve animals, trained from the summer of 2025 on. */
export const animals: readonly Animal[] = Array.from({ length: 12 }, (_, index) => {
  const random = new Random(`animal ${index}`);
  const [strain, recording] = kinds[index % kinds.length] as (typeof kinds)[number];
  const start = first + (index * 9 + random.integer(0, 3)) * day;
  return {
    subject: `M${String(index + 11).padStart(3, '0')}`,
    strain,
    sex: random.happens(0.5) ? 'F' : 'M',
    birth: start - random.integer(70, 120) * day,
    start,
    recording,
    talent: random.between(0.55, 0.97),
  };
});

/** The rows of `Subject`. */
export function subjectRows() {
  return animals.map(({ subject, strain, sex, birth }, index) => {
    const random = new Random(`subject ${subject}`);
    const text = `${subject}\n${strain} ${sex}\nborn ${dateText(birth)}\nwater restricted, weigh daily\n`;
    return {
      subject,
      strain,
      sex,
      date_of_birth: dateText(birth),
      rfid: BigInt(956_000_010_000_000 + random.integer(0, 9_999_999)),
      subject_uuid: random.uuid(),
      caretaker: index % 4 === 3 ? null : random.pick(['skraus', 'fokafor', 'jchen']),
      genotype: strain.includes(';') ? { alleles: strain.split(';'), zygosity: random.pick(['het', 'hom']) } : null,
      cage_card: index % 3 === 2 ? null : attachment(`${subject}.txt`, text),
    };
  });
}

/** A file with its name, as an attach attribute holds them. */
function attachment(name: string, text: string): Uint8Array {
  return new TextEncoder().encode(`${name}\0${text}`);
}

/** The rows of `Surgery`. */
export function surgeryRows() {
  return animals.flatMap(({ subject, start, recording }) => {
    const random = new Random(`surgery ${subject}`);
    const operations = [{ operation: 'headpost', when: start - 21 * day, virus: null as string | null }];
    if (recording === 'imaging') {
      operations.push({ operation: 'cranial window', when: start - 20 * day, virus: null });
    }
    if (recording === 'ephys') operations.push({ operation: 'craniotomy', when: start + 24 * day, virus: null });
    if (recording === undefined) {
      operations.push({ operation: 'virus injection', when: start - 20 * day, virus: 'AAV9-syn-jGCaMP8s' });
    }
    return operations.map(({ operation, when, virus }) => ({
      subject,
      surgery_date: dateText(when),
      surgeon: random.pick(['mlopez', 'skraus', 'dnovak']),
      operation,
      virus,
      duration: `0${random.integer(1, 3)}:${random.integer(10, 59)}:00`,
      notes: random.happens(0.3) ? 'Slow to wake up; warmed until moving, meloxicam given.' : '',
    }));
  });
}

/** The rows of `Weighing`: weight falls on water restriction, and comes back by and by. */
export function weighingRows() {
  return animals.flatMap(({ subject, strain, start }) => {
    const random = new Random(`weighing ${subject}`);
    const full = strain === 'Long-Evans' ? random.between(380, 430) : random.between(21, 29);
    return Array.from({ length: 70 }, (_, index) => start - 5 * day + index * day)
      .filter((when) => !isWeekend(when))
      .map((when) => {
        const days = Math.max(0, (when - start) / day);
        const loss = 0.16 * (1 - Math.exp(-days / 3)) * (0.45 + 0.55 * Math.exp(-days / 25));
        return {
          subject,
          weighing_date: dateText(when),
          weighed_at: timeText(when + (8.5 * 60 + random.normal(0, 20)) * 60_000),
          weight: (full * (1 - loss) * (1 + random.normal(0, 0.008))).toFixed(1),
          water: days === 0 ? null : Math.max(0.2, random.normal(0.8, 0.25)).toFixed(2),
          body_condition: random.happens(0.2) ? random.pick([2, 3, 3, 3, 4]) : null,
        };
      });
  });
}
