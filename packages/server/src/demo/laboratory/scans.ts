import { array } from './arrays.ts';
import { Random } from './random.ts';
import { isRecorded, keyOf, type Session, sessions } from './sessions.ts';

const [width, height, frames, frameRate] = [128, 96, 500, 29.97];

export const microscopes = [
  { microscope: 'bergamo', objective: 'Nikon 16x/0.8', wavelength: 940, is_resonant: true },
  { microscope: 'mini2p', objective: 'GRIN 0.15', wavelength: 920, is_resonant: false },
];

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly kind: 'soma' | 'dendrite';
  readonly trace: Float32Array;
  readonly events: number;
}

interface Scan {
  readonly session: Session;
  readonly scan: number;
  readonly region: string;
  readonly cells: readonly Cell[];
}

/** Two scans in each session that was recorded. */
const scans: readonly Scan[] = sessions
  .filter((session) => isRecorded(session, 'imaging'))
  .flatMap((session) =>
    [1, 2].map((scan) => {
      const random = new Random(`scan ${session.animal.subject} ${session.session} ${scan}`);
      return {
        session,
        scan,
        region: scan === 1 ? 'VISp' : 'ACAd',
        cells: Array.from({ length: random.integer(46, 64) }, () => cellOf(random)),
      };
    }),
  );

/** A cell and its fluorescence: calcium jumps with each burst, decays in half a second, and is seen through noise. */
function cellOf(random: Random): Cell {
  const kind = random.happens(0.85) ? 'soma' : 'dendrite';
  const rate = Math.exp(random.normal(-2.2, 0.8));
  const trace = new Float32Array(frames);
  let [calcium, events] = [0, 0];
  for (let index = 0; index < frames; index += 1) {
    calcium *= Math.exp(-1 / (0.5 * frameRate));
    if (random.happens(rate / frameRate)) {
      calcium += random.between(0.4, 1.6);
      events += 1;
    }
    trace[index] = calcium + random.normal(0, 0.06);
  }
  const radius = kind === 'soma' ? random.between(3.5, 5.5) : random.between(1.5, 2.5);
  const [x, y] = [random.between(6, width - 6), random.between(6, height - 6)];
  return { x, y, radius, kind, trace, events };
}

function keyOfScan({ session, scan }: Scan) {
  return { ...keyOf(session), scan };
}

/** The rows of `Scan`. */
export function scanRows() {
  return scans.map((scan) => {
    const random = new Random(`optics ${JSON.stringify(keyOfScan(scan))}`);
    return {
      ...keyOfScan(scan),
      microscope: 'bergamo',
      region: scan.region,
      depth: random.integer(140, 320),
      laser_power: random.between(18, 55).toFixed(1),
      frame_rate: frameRate,
      frame_count: Math.round(scan.session.duration * frameRate),
      zoom: '2.50',
    };
  });
}

/** The rows of `MotionCorrection`: the mean image, and by how much each frame was moved. */
export function motionRows() {
  return scans.map((scan) => {
    const random = new Random(`motion ${JSON.stringify(keyOfScan(scan))}`);
    const shifts = new Float32Array(2 * frames);
    for (let index = 0; index < 2 * frames; index += 1) {
      const previous = index % frames === 0 ? 0 : (shifts[index - 1] as number);
      shifts[index] = 0.9 * previous + random.normal(0, 0.25);
    }
    return {
      ...keyOfScan(scan),
      average: array(imageOf(scan, random), [height, width]),
      shifts: array(shifts, [2, frames]),
      correlation: 0.9 + 0.09 * random.uniform(),
    };
  });
}

/** Rings of light, as cells are whose nucleus stays dark, on uneven background. */
function imageOf({ cells }: Scan, random: Random): Uint16Array {
  const image = new Uint16Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const background = 900 + 250 * Math.sin(x / 37) * Math.cos(y / 29);
      image[y * width + x] = Math.max(0, background + random.normal(0, 60));
    }
  }
  for (const cell of cells) {
    for (const { x, y, distance } of pixelsOf(cell)) {
      const ring = Math.exp(-(((distance - 0.7 * cell.radius) / 1.2) ** 2));
      image[y * width + x]! += Math.round(2200 * ring);
    }
  }
  return image;
}

function pixelsOf({ x: cx, y: cy, radius }: Cell) {
  const pixels: { readonly x: number; readonly y: number; readonly distance: number }[] = [];
  for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(height, cy + radius); y += 1) {
    for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(width, cx + radius); x += 1) {
      const distance = Math.hypot(x - cx, y - cy);
      if (distance <= radius) pixels.push({ x, y, distance });
    }
  }
  return pixels;
}

/** The rows of `Segmentation`. */
export function segmentationRows() {
  return scans.map((scan) => ({ ...keyOfScan(scan), method: 'suite2p 0.14.4', roi_count: scan.cells.length }));
}

/** The rows of `Segmentation.Roi`. */
export function roiRows() {
  return scans.flatMap((scan) =>
    scan.cells.map((cell, index) => ({
      ...keyOfScan(scan),
      roi: index,
      center_x: cell.x,
      center_y: cell.y,
      kind: cell.kind,
      mask: array(Int32Array.from(pixelsOf(cell), ({ x, y }) => y * width + x)),
    })),
  );
}

/** The rows of `Activity`. */
export function activityRows() {
  return scans.flatMap((scan) =>
    scan.cells.map(({ trace, events }, index) => ({
      ...keyOfScan(scan),
      roi: index,
      dff: array(trace),
      event_rate: (events * frameRate) / frames,
      peak: trace.reduce((peak, value) => Math.max(peak, value), 0),
    })),
  );
}
