import { array } from './arrays.ts';
import { datetimeText } from './calendar.ts';
import { contrasts, keyOf, type Session, sessions } from './sessions.ts';

interface Curve {
  readonly bias: number;
  readonly slope: number;
  /** Share of choices to the right, one per contrast; NaN where it was not shown. */
  readonly shares: readonly number[];
  readonly count: number;
}

/** The rows of `PsychometricCurve`: what was computed from the trials. */
export function psychometricRows() {
  return sessions
    .filter(({ task }) => task !== 'shaping')
    .map((session) => {
      const curve = curveOf(session);
      return {
        ...keyOf(session),
        trial_count: curve.count,
        bias: curve.bias,
        slope: curve.slope,
        contrasts: array(Float64Array.from(contrasts)),
        right_choices: array(Float64Array.from(curve.shares)),
        figure: figureOf(session, curve),
        computed_at: `${datetimeText(session.start + 7_200_000)}.${String(session.trials.length * 3917 + 104_729).slice(0, 6)}`,
      };
    });
}

function curveOf({ trials }: Session): Curve {
  const answered = trials.filter(({ choice }) => choice !== 'none');
  const shares = contrasts.map((contrast) => {
    const shown = answered.filter((trial) => trial.contrast === contrast);
    return shown.filter(({ choice }) => choice === 'right').length / shown.length;
  });
  const { intercept, slope } = logistic(answered.map(({ contrast, choice }) => [contrast, choice === 'right' ? 1 : 0]));
  return { bias: -intercept / slope, slope, shares, count: answered.length };
}

/** Logistic regression on one variable, by Newton's method with a little shrinkage, which keeps it finite. */
function logistic(points: readonly (readonly [x: number, y: number])[]) {
  let [a, b] = [0, 1];
  for (let step = 0; step < 25; step += 1) {
    let [ga, gb, haa, hab, hbb] = [-0.01 * a, -0.01 * b, 0.01, 0, 0.01];
    for (const [x, y] of points) {
      const p = 1 / (1 + Math.exp(-(a + b * x)));
      ga += y - p;
      gb += (y - p) * x;
      haa += p * (1 - p);
      hab += p * (1 - p) * x;
      hbb += p * (1 - p) * x * x;
    }
    const determinant = haa * hbb - hab * hab;
    a += (hbb * ga - hab * gb) / determinant;
    b += (haa * gb - hab * ga) / determinant;
  }
  return { intercept: a, slope: b };
}

/** A figure as plotly reads it: `data` and `layout`. */
function figureOf({ animal, session }: Session, { bias, slope, shares }: Curve) {
  const fine = Array.from({ length: 81 }, (_, index) => (index - 40) / 40);
  const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        name: 'choices',
        x: contrasts.map((contrast) => contrast * 100),
        y: shares.map((share) => (Number.isNaN(share) ? null : rounded(share))),
        marker: { size: 9, color: '#0B63B0' },
      },
      {
        type: 'scatter',
        mode: 'lines',
        name: 'logistic fit',
        x: fine.map((contrast) => contrast * 100),
        y: fine.map((contrast) => rounded(1 / (1 + Math.exp(-slope * (contrast - bias))))),
        line: { width: 2, color: '#FF5113' },
      },
    ],
    layout: {
      title: { text: `${animal.subject}, session ${session}` },
      xaxis: { title: { text: 'contrast, right minus left (%)' }, zeroline: true },
      yaxis: { title: { text: 'choices to the right' }, range: [-0.02, 1.02] },
      showlegend: true,
    },
  };
}
