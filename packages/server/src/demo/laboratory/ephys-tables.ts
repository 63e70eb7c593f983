import type { LaboratoryTable } from './laboratory-table.ts';
import { electrodeRows, insertionRows, probeRows, probeTypes, regions } from './probes.ts';
import {
  clusteringJobs,
  clusteringRows,
  clusteringTaskRows,
  lfpRows,
  paramSetRows,
  recordingRows,
} from './recordings.ts';
import { curatedRows, events, pairRows, psthRows, qualityRows, unitRows } from './units.ts';

/** The schema `ephys`: probes, what they recorded, and the neurons in it. */
export const ephysTables: readonly LaboratoryTable[] = [
  {
    className: 'BrainRegion',
    tier: 'lookup',
    rows: () => regions,
    definition: `
      # Regions of the mouse brain, Allen CCFv3
      region : varchar(12)                     # acronym
      ---
      region_name : varchar(80)
      atlas_id : int32
      unique index (atlas_id)
    `,
  },
  {
    className: 'ProbeType',
    tier: 'lookup',
    rows: () => probeTypes,
    definition: `
      # Kinds of silicon probes
      probe_type : varchar(24)
      ---
      manufacturer : varchar(24)
      shank_count : int8
      site_count : int16                       # sites read at once
    `,
  },
  {
    className: 'ProbeType.Electrode',
    tier: 'part',
    rows: electrodeRows,
    definition: `
      # Sites of a probe
      -> master
      electrode : int16                        # from 0, at the tip
      ---
      shank : int8
      x : float32                              # across the shank (um)
      y : float32                              # from the tip (um)
    `,
  },
  {
    className: 'Probe',
    tier: 'manual',
    rows: probeRows,
    definition: `
      # Probes in the drawer
      probe : char(11)                         # serial number
      ---
      -> ProbeType
      bought : date
      times_used = 0 : int16
      comment = "" : varchar(255)
    `,
  },
  {
    className: 'ProbeInsertion',
    tier: 'manual',
    rows: insertionRows,
    definition: `
      # A probe in a brain
      -> lab.Session
      insertion : int8
      ---
      -> Probe
      -> BrainRegion
      anterior : decimal(4,2)                  # of bregma (mm)
      lateral : decimal(4,2)                   # of the midline (mm)
      depth : int16                            # of the tip (um)
      angle = 0 : float32                      # from vertical (deg)
    `,
  },
  {
    className: 'EphysRecording',
    tier: 'imported',
    rows: recordingRows,
    definition: `
      # What a probe recorded
      -> ProbeInsertion
      ---
      sampling_rate : float64                  # as measured (Hz)
      channel_count : int16
      duration : float64                       # kept of it here (s)
      gain : decimal(6,3)                      # (uV per bit)
      file_size : int64                        # (bytes)
      checksum : uuid                          # MD5 of the file
      raw = null : <object@archive>            # the file itself, where there is an archive
    `,
  },
  {
    className: 'LFP',
    tier: 'imported',
    rows: lfpRows,
    definition: `
      # Local field potential
      -> EphysRecording
      ---
      lfp_sampling_rate : float32              # (Hz)
      lfp : <blob>                             # channels x samples (uV)
      channels : <blob>
    `,
  },
  {
    className: 'ClusteringParamSet',
    tier: 'lookup',
    rows: paramSetRows,
    definition: `
      # Ways of sorting spikes
      param_set : int16
      ---
      method : varchar(32)
      params : json
      param_hash : uuid                        # of method and parameters
      unique index (param_hash)
    `,
  },
  {
    className: 'ClusteringTask',
    tier: 'manual',
    rows: clusteringTaskRows,
    definition: `
      # What is to be sorted, and how
      -> EphysRecording
      -> ClusteringParamSet
      ---
      requested : datetime
      -> [nullable] lab.Person.proj(requested_by="person")
    `,
  },
  {
    className: 'Clustering',
    tier: 'imported',
    rows: clusteringRows,
    jobs: clusteringJobs,
    definition: `
      # Sorted spikes
      -> ClusteringTask
      ---
      finished : datetime(3)
      package_version : varchar(16)
      drift : <blob>                           # of the tissue along the probe, every two seconds (um)
    `,
  },
  {
    className: 'CuratedClustering',
    tier: 'imported',
    rows: curatedRows,
    definition: `
      # Clusters after somebody looked at them
      -> Clustering
      ---
      curated : date
      -> [nullable] lab.Person.proj(curator="person")
      note = "" : varchar(1000)
    `,
  },
  {
    className: 'CuratedClustering.Unit',
    tier: 'part',
    rows: unitRows,
    definition: `
      # One neuron, or several that look alike
      -> master
      unit : int16
      ---
      -> ProbeType.Electrode
      quality : enum('good', 'mua', 'noise')
      spike_count : int32
      firing_rate : float32                    # (Hz)
      spike_times : <blob>                     # (s)
      waveform : <blob>                        # four sites x 61 samples (uV)
      index (quality)
    `,
  },
  {
    className: 'QualityMetrics',
    tier: 'computed',
    rows: qualityRows,
    definition: `
      # How well a unit is isolated
      -> CuratedClustering.Unit
      ---
      isi_violations = null : float64          # share of intervals below 1.5 ms; NULL for less than 100 spikes
      snr : float32                            # peak over noise
      presence_ratio : float32                 # share of the recording in which it fires
      amplitude_cutoff = null : float32        # estimated share of spikes missed
    `,
  },
  {
    className: 'Event',
    tier: 'lookup',
    rows: () => events,
    definition: `
      # What responses are aligned to
      event : varchar(16)
      ---
      description : varchar(80)
    `,
  },
  {
    className: 'UnitPsth',
    tier: 'computed',
    rows: psthRows,
    definition: `
      # Firing around an event, 0.5 s before to 1 s after
      -> CuratedClustering.Unit
      -> Event
      ---
      trial_count : int32
      psth : <blob>                            # rate in bins of 25 ms (Hz)
      modulation = null : float64              # from -1 to 1; NULL without a spike
      z_score : float64
      index (event, z_score)
    `,
  },
  {
    className: 'UnitPair',
    tier: 'computed',
    rows: pairRows,
    definition: `
      # Good units, two by two
      -> CuratedClustering.Unit.proj(unit_a="unit")
      -> CuratedClustering.Unit.proj(unit_b="unit")
      ---
      correlation : float64                    # of spike counts in 100 ms
      distance : float32                       # along the probe (um)
    `,
  },
];
