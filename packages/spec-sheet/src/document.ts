/** A value of a sheet after YAML has been read. */
export type SpecValue = null | boolean | number | string | readonly SpecValue[] | SpecObject;
export interface SpecObject {
  readonly [key: string]: SpecValue;
}

/** True for a mapping of a sheet. */
export function isSpecObject(value: SpecValue | undefined): value is SpecObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A component of a page as the sheet writes it. */
export interface SpecComponent {
  /** Where it stands, `page1 / grid1 / component1`. */
  readonly place: string;
  readonly type: string;
  /** Begins with a slash; absent for components without data. */
  readonly route: string | undefined;
  /** All its keys. */
  readonly keys: SpecObject;
}

/** A route that a component is served on. */
export interface ComponentRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly component: SpecComponent;
}

/** A spec sheet that has been read: the whole file with its variables filled in. */
export class SpecSheet {
  /** The file, top-level keys and all. Holds secrets. */
  readonly root: SpecObject;
  /** The `SciViz` object with its secrets masked. */
  readonly publicDocument: SpecObject;

  constructor(root: SpecObject, publicDocument: SpecObject) {
    this.root = root;
    this.publicDocument = publicDocument;
    Object.freeze(this);
  }

  /** The `SciViz` object. Holds secrets. */
  get document(): SpecObject {
    const { SciViz } = this.root;
    return isSpecObject(SciViz) ? SciViz : {};
  }

  /** True when the sheet wants no login: no `auth`, or mode `none`. */
  get isLoginless(): boolean {
    const { auth } = this.document;
    if (isSpecObject(auth)) return Object.keys(auth).length === 0 || auth.mode === 'none';
    return !auth;
  }

  /** Every component of every page in the order of the sheet, the templates of dynamic grids and the grids' own queries too. */
  components(): readonly SpecComponent[] {
    const found: SpecComponent[] = [];
    for (const [pageName, page] of mappings(this.document.pages)) {
      for (const [gridName, grid] of mappings(page.grids)) {
        const place = `${pageName} / ${gridName}`;
        if (grid.type === 'dynamic') found.push(component(place, grid, 'basicquery'));
        for (const key of ['components', 'component_templates']) {
          for (const [name, keys] of mappings(grid[key])) found.push(component(`${place} / ${name}`, keys));
        }
      }
    }
    return found;
  }
}

function mappings(value: SpecValue | undefined): [string, SpecObject][] {
  if (!isSpecObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, SpecObject] => isSpecObject(entry[1]));
}

function component(place: string, keys: SpecObject, kind?: string): SpecComponent {
  const { route, type } = keys;
  const isRoute = typeof route === 'string' && route !== '';
  return Object.freeze({
    place,
    type: kind ?? (typeof type === 'string' ? type : ''),
    route: isRoute ? route.replace(/^(?=[^/])/, '/') : undefined,
    keys,
  });
}

/** What the types of components are served on, by the beginning of the type's name. */
const SERVED: readonly (readonly [RegExp, readonly (readonly [ComponentRoute['method'], string])[]])[] = [
  [
    /^(?:antd-)?table|^metadata/,
    [
      ['GET', ''],
      ['GET', '/attributes'],
      ['GET', '/uniques'],
    ],
  ],
  [
    /^form/,
    [
      ['POST', ''],
      ['GET', '/fields'],
      ['GET', '/presets'],
    ],
  ],
  [/^delete/, [['DELETE', '']]],
  [/^(?:plot|file:image|slider|dropdown-query|basicquery|external|slideshow)/, [['GET', '']]],
];

/** The routes of all components of a sheet. */
export function componentRoutes(sheet: SpecSheet): readonly ComponentRoute[] {
  return sheet.components().flatMap((each) => {
    const { route } = each;
    const served = SERVED.find(([type]) => type.test(each.type))?.[1];
    if (route === undefined || served === undefined) return [];
    return served.map(([method, suffix]): ComponentRoute => ({ method, path: `${route}${suffix}`, component: each }));
  });
}
