import { array } from './arrays.ts';
import { datetimeText } from './calendar.ts';
import { type Insertion, insertionKeyOf, insertions } from './probes.ts';
import { Random } from './random.ts';

/** Seconds of each recording that are kept in this small copy of a laboratory. */
export const recorded = 300;

/** The rows of `EphysRecording`. */
export function recordingRows() {
  return insertions.map((insertion) => {
    const random = new Random(`recording ${JSON.stringify(insertionKeyOf(insertion))}`);
    const sampling_rate = 30_000 + random.normal(0, 0.4);
    return {
      ...insertionKeyOf(insertion),
      sampling_rate,
      channel_count: 384,
      duration: recorded,
      gain: insertion.type === 'neuropixels 1.0' ? '2.344' : '3.052',
      file_size: BigInt(Math.round(sampling_rate * insertion.session.duration * 385 * 2)),
      checksum: random.uuid(),
    };
  });
}

/** The rows of `LFP`: theta, with a phase that turns over in one layer, and slow drift; one channel in 24. */
export function lfpRows() {
  return insertions.map((insertion) => {
    const random = new Random(`lfp ${JSON.stringify(insertionKeyOf(insertion))}`);
    const [channels, samples, rate] = [16, 1500, 500];
    const [frequency, turn] = [random.between(6.5, 8.5), random.integer(5, 10)];
    const lfp = new Float32Array(channels * samples);
    for (let channel = 0; channel < channels; channel += 1) {
      const sign = Math.tanh((channel - turn) / 1.5);
      let slow = 0;
      for (let index = 0; index < samples; index += 1) {
        slow = 0.995 * slow + random.normal(0, 3);
        const phase = (2 * Math.PI * frequency * index) / rate;
        lfp[channel * samples + index] = 160 * sign * (Math.cos(phase) + 0.25 * Math.cos(2 * phase)) + slow;
      }
    }
    return {
      ...insertionKeyOf(insertion),
      lfp_sampling_rate: rate,
      lfp: array(lfp, [channels, samples]),
      channels: array(Int32Array.from({ length: channels }, (_, channel) => 24 * channel)),
    };
  });
}

const paramSets = [
  { param_set: 1, method: 'kilosort 2.5', threshold: [10, 4], hash: '1d3b7c52-8a54-4d1c-a2a5-2c0c1f6a9e01' },
  { param_set: 2, method: 'kilosort 4', threshold: [9, 8], hash: '5f0e8b1a-34c6-4b7e-9d57-0b2f0a4be7d2' },
];

/** The rows of `ClusteringParamSet`. */
export function paramSetRows() {
  return paramSets.map(({ param_set, method, threshold, hash }) => ({
    param_set,
    method,
    params: { Th: threshold, fs: 30000, batch_size: 60000, drift_correction: true, min_template_amplitude: null },
    param_hash: hash,
  }));
}

export interface Clustering {
  readonly insertion: Insertion;
  readonly paramSet: number;
  readonly requested: number;
  /** What went wrong, for what has not been clustered. */
  readonly failure?: 'failed' | 'waiting';
}

/** Every recording is clustered with the new method; the first also with the old one. The last two have not come out. */
const clusterings: readonly Clustering[] = insertions.flatMap((insertion, index) => {
  const requested = insertion.session.start + (22 + index) * 3_600_000;
  const failure = index === insertions.length - 2 ? 'failed' : index === insertions.length - 1 ? 'waiting' : undefined;
  const one = { insertion, paramSet: 2, requested, ...(failure && ({ failure } as const)) };
  return index === 0 ? [{ insertion, paramSet: 1, requested: requested - 3_600_000 }, one] : [one];
});

export function clusteringKeyOf({ insertion, paramSet }: Clustering) {
  return { ...insertionKeyOf(insertion), param_set: paramSet };
}

/** The rows of `ClusteringTask`. */
export function clusteringTaskRows() {
  return clusterings.map((clustering, index) => ({
    ...clusteringKeyOf(clustering),
    requested: datetimeText(clustering.requested),
    requested_by: index % 5 === 4 ? null : 'jchen',
  }));
}

/** Those that were clustered. */
export const clustered = clusterings.filter(({ failure }) => failure === undefined);

/** The rows of `Clustering`. */
export function clusteringRows() {
  return clustered.map((clustering) => {
    const random = new Random(`clustering ${JSON.stringify(clusteringKeyOf(clustering))}`);
    let depth = 0;
    const drift = Float32Array.from({ length: 150 }, () => (depth = 0.98 * depth + random.normal(0, 0.7)));
    return {
      ...clusteringKeyOf(clustering),
      finished: `${datetimeText(clustering.requested + random.integer(1500, 6000) * 1000)}.${random.integer(100, 999)}`,
      package_version: clustering.paramSet === 1 ? '2.5.1' : '4.0.19',
      drift: array(drift),
    };
  });
}

/** The jobs of `Clustering`: one that failed and one that waits. */
export function clusteringJobs() {
  return clusterings.flatMap((clustering) => {
    const { failure, requested } = clustering;
    if (failure === undefined) return [];
    const hasFailed = failure === 'failed';
    return {
      ...clusteringKeyOf(clustering),
      status: hasFailed ? 'error' : 'pending',
      priority: 5,
      created_time: datetimeText(requested),
      scheduled_time: datetimeText(requested),
      reserved_time: hasFailed ? datetimeText(requested + 61_000) : null,
      completed_time: hasFailed ? datetimeText(requested + 1_843_000) : null,
      duration: hasFailed ? 1782.4 : null,
      error_message: hasFailed ? outOfMemory : '',
      error_stack: hasFailed ? stack : null,
      user: hasFailed ? 'jchen@gpu-2.cortexlab.example' : '',
      host: hasFailed ? 'gpu-2.cortexlab.example' : '',
      pid: hasFailed ? 48_211 : 0,
      version: hasFailed ? '4.0.19' : '',
    };
  });
}

const outOfMemory =
  'OutOfMemoryError: CUDA out of memory. Tried to allocate 2.86 GiB (GPU 0; 11.76 GiB total capacity)';

const stack = `Traceback (most recent call last):
  File "pipeline/ephys.py", line 214, in make
    self.insert1(dict(key, **run_sorter(recording, params)))
  File "pipeline/sorting.py", line 88, in run_sorter
    clusters = cluster(templates, n_iterations=200)
${outOfMemory}
`;
