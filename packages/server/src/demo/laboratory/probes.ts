import { dateText, dayOf } from './calendar.ts';
import { Random } from './random.ts';
import { isRecorded, keyOf, type Session, sessions } from './sessions.ts';

/** Acronyms, names and numbers of the Allen mouse brain atlas (CCFv3). */
export const regions = [
  ['VISp', 'Primary visual area', 385],
  ['VISl', 'Lateral visual area', 409],
  ['ACAd', 'Anterior cingulate area, dorsal part', 39],
  ['MOs', 'Secondary motor area', 993],
  ['CP', 'Caudoputamen', 672],
  ['CA1', 'Field CA1', 382],
  ['LP', 'Lateral posterior nucleus of the thalamus', 218],
  ['SCs', 'Superior colliculus, sensory related', 302],
].map(([region, region_name, atlas_id]) => ({ region: String(region), region_name, atlas_id }));

export const probeTypes = [
  { probe_type: 'neuropixels 1.0', manufacturer: 'IMEC', shank_count: 1, site_count: 384 },
  { probe_type: 'neuropixels 2.0 MS', manufacturer: 'IMEC', shank_count: 4, site_count: 384 },
] as const;

type ProbeType = (typeof probeTypes)[number]['probe_type'];

/** Where a site of a probe is, in micrometres from the tip. */
function siteOf(type: ProbeType, electrode: number) {
  if (type === 'neuropixels 1.0') {
    const x = [43, 11, 59, 27][electrode % 4] as number;
    return { shank: 0, x, y: 20 * Math.floor(electrode / 2) + 175 };
  }
  const shank = Math.floor(electrode / 96);
  const site = electrode % 96;
  return { shank, x: 250 * shank + 32 * (site % 2), y: 15 * Math.floor(site / 2) + 175 };
}

/** The rows of `ProbeType.Electrode`. */
export function electrodeRows() {
  return probeTypes.flatMap(({ probe_type, site_count }) =>
    Array.from({ length: site_count }, (_, electrode) => ({ probe_type, electrode, ...siteOf(probe_type, electrode) })),
  );
}

const probes = [
  ['18408406612', 'neuropixels 1.0', '2024-02-19', 'Tip bent, still records well'],
  ['19011116954', 'neuropixels 1.0', '2024-02-19', ''],
  ['20403311724', 'neuropixels 2.0 MS', '2025-03-03', ''],
] as const;

/** The rows of `Probe`. */
export function probeRows() {
  return probes.map(([probe, probe_type, bought, comment], index) => ({
    probe,
    probe_type,
    bought: dateText(dayOf(bought)),
    times_used: 4 + 7 * index,
    comment,
  }));
}

export interface Insertion {
  readonly session: Session;
  readonly insertion: number;
  readonly probe: string;
  readonly type: ProbeType;
  readonly region: string;
}

/** One or two probes in each session that was recorded. */
export const insertions: readonly Insertion[] = sessions
  .filter((session) => isRecorded(session, 'ephys'))
  .flatMap((session, index) =>
    Array.from({ length: index % 3 === 1 ? 2 : 1 }, (_, position) => {
      const [probe, type] = probes[(index + position) % probes.length] as (typeof probes)[number];
      const region = regions[(index * 3 + position) % regions.length]?.region ?? 'VISp';
      return { session, insertion: position + 1, probe, type, region };
    }),
  );

export function insertionKeyOf({ session, insertion }: Insertion) {
  return { ...keyOf(session), insertion };
}

/** The rows of `ProbeInsertion`. */
export function insertionRows() {
  return insertions.map((insertion) => {
    const random = new Random(`insertion ${JSON.stringify(insertionKeyOf(insertion))}`);
    return {
      ...insertionKeyOf(insertion),
      probe: insertion.probe,
      region: insertion.region,
      anterior: random.between(-3.8, 1.2).toFixed(2),
      lateral: random.between(0.4, 2.8).toFixed(2),
      depth: random.integer(1100, 3400),
      angle: random.pick([0, 10, 15, 20]),
    };
  });
}
