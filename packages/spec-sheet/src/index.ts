export {
  type ComponentRoute,
  componentRoutes,
  type SpecComponent,
  type SpecObject,
  SpecSheet,
  type SpecValue,
} from './document.ts';
export { type LoadOptions, loadSpecSheet, parseSpecSheet, SpecSheetError } from './load.ts';
export { builtins } from './python/builtins.ts';
export { callFunction, type Environment, type EvaluateOptions, evaluate } from './python/evaluate.ts';
export { type ParseLimits, parseExpression, parseFunction } from './python/parse.ts';
export { type Position, PythonError } from './python/python-error.ts';
export type * from './python/syntax.ts';
export {
  type CallArguments,
  Dict,
  Ellipsis,
  HostObject,
  type HostOperator,
  PythonFunction,
  PythonSet,
  type PythonValue,
  Tuple,
} from './python/values.ts';
export { evaluateQuery, type QueryOptions } from './query/evaluate-query.ts';
