export {
  type ComponentRoute,
  componentRoutes,
  type SpecComponent,
  type SpecObject,
  SpecSheet,
  type SpecValue,
} from './document.ts';
export { type LoadOptions, loadSpecSheet, parseSpecSheet, SpecSheetError } from './load.ts';
