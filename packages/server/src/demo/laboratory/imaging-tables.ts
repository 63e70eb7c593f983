import type { LaboratoryTable } from './laboratory-table.ts';
import { activityRows, microscopes, motionRows, roiRows, scanRows, segmentationRows } from './scans.ts';

/** The schema `imaging`: two-photon scans and the cells in them. */
export const imagingTables: readonly LaboratoryTable[] = [
  {
    className: 'Microscope',
    tier: 'lookup',
    rows: () => microscopes,
    definition: `
      # Two-photon microscopes
      microscope : varchar(24)
      ---
      objective : varchar(40)
      wavelength : int16                       # of the laser (nm)
      is_resonant : bool
    `,
  },
  {
    className: 'Scan',
    tier: 'manual',
    rows: scanRows,
    definition: `
      # Two-photon recordings
      -> lab.Session
      scan : int8
      ---
      -> Microscope
      -> ephys.BrainRegion
      depth : int16                            # below the pia (um)
      laser_power : decimal(4,1)               # under the objective (mW)
      frame_rate : float32                     # (Hz)
      frame_count : int32
      zoom : decimal(4,2)
    `,
  },
  {
    className: 'MotionCorrection',
    tier: 'imported',
    rows: motionRows,
    definition: `
      # Frames, moved back to where the brain was
      -> Scan
      ---
      average : <blob>                         # mean image, rows x columns
      shifts : <blob>                          # x and y of each frame (pixels)
      correlation : float64                    # of frames with the mean image
    `,
  },
  {
    className: 'Segmentation',
    tier: 'computed',
    rows: segmentationRows,
    definition: `
      # Cells found in a scan
      -> MotionCorrection
      ---
      method : varchar(32)
      roi_count : int16
    `,
  },
  {
    className: 'Segmentation.Roi',
    tier: 'part',
    rows: roiRows,
    definition: `
      # One cell, or a piece of one
      -> master
      roi : int16
      ---
      center_x : float32                       # (pixels)
      center_y : float32                       # (pixels)
      kind : enum('soma', 'dendrite')
      mask : <blob>                            # its pixels, counted row by row
    `,
  },
  {
    className: 'Activity',
    tier: 'computed',
    rows: activityRows,
    definition: `
      # Fluorescence of a cell, corrected for neuropil
      -> Segmentation.Roi
      ---
      dff : <blob>                             # change over baseline, by frame
      event_rate : float64                     # calcium events (Hz)
      peak : float32                           # largest change over baseline
    `,
  },
];
