import type { NdArray } from '@pharus/datajoint';
import { array } from './arrays.ts';
import { dateText, day } from './calendar.ts';
import { Random } from './random.ts';
import { type Clustering, clustered, clusteringKeyOf, recorded } from './recordings.ts';

interface Unit {
  readonly clustering: Clustering;
  readonly unit: number;
  readonly electrode: number;
  readonly quality: 'good' | 'mua' | 'noise';
  /** Microvolts. */
  readonly amplitude: number;
  /** Seconds. */
  readonly spikeTimes: Float64Array;
  /** How much more it fires after each kind of event, and the time until it does. */
  readonly responses: readonly { readonly event: string; readonly gain: number; readonly latency: number }[];
}

/** The rows of `Event`. */
export const events = [
  { event: 'stimulus', description: 'The grating appears' },
  { event: 'lick', description: 'First lick after the stimulus' },
  { event: 'reward', description: 'The valve opens' },
];

/** Times of an event in what was recorded of the session, in seconds. */
function timesOf(event: string, { insertion }: Clustering): readonly number[] {
  const shown = insertion.session.trials.filter(({ time }) => time < recorded - 2);
  if (event === 'stimulus') return shown.map(({ time }) => time);
  const answered = shown.filter(({ isCorrect }) => event === 'lick' || isCorrect === true);
  return answered.flatMap(({ time, reactionTime }) =>
    reactionTime === undefined ? [] : [time + reactionTime + (event === 'reward' ? 0.05 : 0)],
  );
}

/** The units of all clusterings. */
const units: readonly Unit[] = clustered.flatMap((clustering) => {
  const random = new Random(`units ${JSON.stringify(clusteringKeyOf(clustering))}`);
  return Array.from({ length: random.integer(42, 58) }, (_, index) => {
    const quality = random.pick(['good', 'good', 'good', 'mua', 'mua', 'noise'] as const);
    const responses = events.map(({ event }) => ({
      event,
      gain: random.happens(0.35) ? random.between(-0.8, 4) : 0,
      latency: random.between(0.04, 0.12),
    }));
    const rate = Math.exp(random.normal(0.4, 0.8));
    return {
      clustering,
      unit: index,
      electrode: random.integer(4, 379),
      quality,
      amplitude: quality === 'noise' ? random.between(25, 60) : Math.exp(random.normal(4.6, 0.4)),
      spikeTimes: spikeTimes(random, rate, clustering, responses),
      responses,
    };
  });
});

/** A Poisson process with refractory period, whose rate follows the events. */
function spikeTimes(random: Random, rate: number, clustering: Clustering, responses: Unit['responses']): Float64Array {
  const times: number[] = [];
  for (let time = random.wait(rate); time < recorded; time += 0.002 + random.wait(rate)) times.push(time);
  for (const { event, gain, latency } of responses) {
    if (gain === 0) continue;
    for (const at of timesOf(event, clustering)) {
      for (let time = at + latency; time < at + latency + 0.15; ) {
        time += random.wait(rate * Math.abs(gain) * 2);
        if (gain > 0 && time < at + latency + 0.15) times.push(time);
      }
    }
  }
  return Float64Array.from(times, (time) => Math.round(time * 30_000) / 30_000).sort();
}

/** The rows of `CuratedClustering`. */
export function curatedRows() {
  return clustered.map((clustering, index) => ({
    ...clusteringKeyOf(clustering),
    curated: dateText(clustering.requested + (2 + (index % 3)) * day),
    curator: index % 4 === 2 ? null : ['jchen', 'mlopez', 'fokafor'][index % 3],
    note: index === 1 ? 'Merged 3 with 7: same waveform, no spikes of both within 2 ms.' : '',
  }));
}

function keyOf({ clustering, unit }: Unit) {
  return { ...clusteringKeyOf(clustering), unit };
}

/** The rows of `CuratedClustering.Unit`. */
export function unitRows() {
  return units.map((unit) => ({
    ...keyOf(unit),
    probe_type: unit.clustering.insertion.type,
    electrode: unit.electrode,
    quality: unit.quality,
    spike_count: unit.spikeTimes.length,
    firing_rate: unit.spikeTimes.length / recorded,
    spike_times: array(unit.spikeTimes),
    waveform: waveformOf(unit),
  }));
}

/** Four sites by 61 samples, in microvolts: a trough, and a slower peak after it. */
function waveformOf({ amplitude, quality, unit, electrode }: Unit): NdArray {
  const random = new Random(`waveform ${unit} ${electrode} ${amplitude}`);
  const width = random.happens(0.25) ? 4 : 9;
  const samples = Float32Array.from({ length: 4 * 61 }, (_, index) => {
    const [site, at] = [Math.floor(index / 61), (index % 61) - 20];
    const trough = Math.exp(-((at / 3.2) ** 2));
    const peak = 0.38 * Math.exp(-(((at - 4 - width) / width) ** 2));
    const shape = quality === 'noise' ? Math.sin(at / 3) * 0.3 : peak - trough;
    return amplitude * shape * 0.62 ** site + random.normal(0, 1.5);
  });
  return array(samples, [4, 61]);
}

/** The rows of `QualityMetrics`. */
export function qualityRows() {
  return units.map((unit) => {
    const { spikeTimes, amplitude, quality } = unit;
    const random = new Random(`quality ${JSON.stringify(keyOf(unit))}`);
    let short = 0;
    for (let index = 1; index < spikeTimes.length; index += 1) {
      if ((spikeTimes[index] ?? 0) - (spikeTimes[index - 1] ?? 0) < 0.0015) short += 1;
    }
    return {
      ...keyOf(unit),
      isi_violations: spikeTimes.length < 100 ? null : short / spikeTimes.length,
      snr: amplitude / random.between(11, 15),
      presence_ratio: 1 - random.uniform() ** 3 * 0.4,
      amplitude_cutoff:
        quality === 'good' ? random.between(0, 0.08) : quality === 'mua' ? random.between(0.05, 0.4) : null,
    };
  });
}

const [before, after, bin] = [0.5, 1, 0.025];

/** The rows of `UnitPsth`: rates around events, computed from the spikes. */
export function psthRows() {
  return units
    .filter(({ quality }) => quality !== 'noise')
    .flatMap((unit) =>
      events.map(({ event }) => {
        const times = timesOf(event, unit.clustering);
        const counts = new Float32Array(Math.round((before + after) / bin));
        for (const at of times) countAround(unit.spikeTimes, at, counts);
        const psth = counts.map((count) => count / (times.length * bin));
        const mean = (from: number, to: number): number => {
          const part = psth.slice(Math.round((from + before) / bin), Math.round((to + before) / bin));
          return part.reduce((sum, rate) => sum + rate, 0) / part.length;
        };
        const [quiet, busy] = [mean(-0.5, 0), mean(0.05, 0.25)];
        const deviation = Math.sqrt((quiet / 0.5 + busy / 0.2) / times.length);
        return {
          ...keyOf(unit),
          event,
          trial_count: times.length,
          psth: array(psth),
          modulation: busy + quiet === 0 ? null : (busy - quiet) / (busy + quiet),
          z_score: deviation === 0 ? 0 : (busy - quiet) / deviation,
        };
      }),
    );
}

/** Adds the spikes around a time to the counts of their bins. */
function countAround(spikes: Float64Array, at: number, counts: Float32Array): void {
  let low = 0;
  for (let high = spikes.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((spikes[middle] as number) < at - before) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < spikes.length && (spikes[index] as number) < at + after; index += 1) {
    const place = Math.floor(((spikes[index] as number) - at + before) / bin);
    counts[place] = (counts[place] ?? 0) + 1;
  }
}

/** The rows of `UnitPair`: good units of a clustering in pairs, with how their counts per 100 ms go together. */
export function pairRows() {
  return clustered.flatMap((clustering) => {
    const good = units.filter((unit) => unit.clustering === clustering && unit.quality === 'good').slice(0, 14);
    const counts = good.map(({ spikeTimes }) => {
      const bins = new Float32Array(recorded * 10);
      for (const time of spikeTimes) bins[Math.floor(time * 10)]! += 1;
      return bins;
    });
    return good.flatMap((a, i) =>
      good.slice(i + 1).map((b, j) => ({
        ...clusteringKeyOf(clustering),
        unit_a: a.unit,
        unit_b: b.unit,
        correlation: correlation(counts[i] as Float32Array, counts[i + 1 + j] as Float32Array),
        distance: Math.abs(a.electrode - b.electrode) * 10,
      })),
    );
  });
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    const [da, db] = [(a[index] as number) - ma, (b[index] as number) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}
