/** DataJoint for TypeScript: pipelines in MySQL, MariaDB and PostgreSQL. */

export { type BlobValue, List, NdArray, PackedBlob } from './blob.ts';
export { Connection, type ConnectionOptions } from './connection/connection.ts';
export type {
  Cell,
  ConnectOptions,
  Driver,
  DriverSession,
  ExecuteOptions,
  RecordBatch,
  ResultSet,
  TlsMode,
} from './connection/driver.ts';
export type { Executor } from './connection/executor.ts';
export { gathered } from './connection/gathered.ts';
export { mysqlDriver } from './connection/mysql-driver.ts';
export { type PgliteDriver, type PgliteOptions, pgliteDriver } from './connection/pglite-driver.ts';
export type { PoolOptions } from './connection/pool.ts';
export { postgresDriver } from './connection/postgres-driver.ts';
export { Transaction } from './connection/transaction.ts';
export type { Declaration } from './definition/declaration.ts';
export type { Index } from './definition/describe.ts';
export { parseDefinition } from './definition/parse-definition.ts';
export type { Codecs } from './definition/resolve-type.ts';
export { DependencyGraph } from './dependencies/dependency-graph.ts';
export { type ForeignKey, isRenamed, type TableName } from './dependencies/foreign-key.ts';
export type { Privilege } from './dialect/catalog.ts';
export type { Dialect } from './dialect/dialect.ts';
export { mysqlDialect } from './dialect/mysql/mysql-dialect.ts';
export { postgresDialect } from './dialect/postgres/postgres-dialect.ts';
export * from './errors.ts';
export { after, type Place, placeOf, withoutPlaces } from './expression/after.ts';
export type { AggregationOptions } from './expression/aggregation.ts';
export { type DistinctValues, distinctValues, type ValuesOptions } from './expression/distinct-values.ts';
export type { JoinOptions } from './expression/join.ts';
export type { OrderItem } from './expression/order.ts';
export type { ProjectionItem } from './expression/projection.ts';
export {
  QueryExpression,
  type RecordsOptions,
  type RestrictOptions,
} from './expression/query-expression.ts';
export type { Row } from './expression/record-types.ts';
export {
  AndList,
  Comparison,
  type Mapping,
  Matching,
  Not,
  type Operator,
  type Restriction,
} from './expression/restriction.ts';
export { Top, type TopOptions } from './expression/top.ts';
export { U } from './expression/u.ts';
export { type Attribute, isOpaque, type Storage } from './heading/attribute.ts';
export { ArrayScan } from './heading/codec/array-scan.ts';
export { Attachment, readAttachment } from './heading/codec/attachment.ts';
export { type BlobMode, recordWriter } from './heading/codec/blob-cell.ts';
export { blobJson } from './heading/codec/blob-json.ts';
export {
  type ColumnarColumn,
  type ColumnarType,
  type ColumnarValue,
  columnar,
  type ElementType,
} from './heading/codec/columnar.ts';
export { valueOfJson, valueOfText } from './heading/codec/imported.ts';
export type { InputValue } from './heading/codec/input-value.ts';
export { isNumberText, NumberLiteral } from './heading/codec/number-literal.ts';
export type { OpenedObject, StoredArray, StoredObject } from './heading/codec/object-reader.ts';
export { type PlainWriter, plainJson, plainText } from './heading/codec/plain.ts';
export { blobMark, type CellWriter, cellWriter } from './heading/codec/record-json.ts';
export type { JsonValue, Value } from './heading/codec/value.ts';
export { enumValues } from './heading/enum-values.ts';
export { Heading } from './heading/heading.ts';
export {
  camelCase,
  classNameOf,
  isAutoPopulated,
  isClassName,
  masterOf,
  snakeCase,
  type Tier,
  tierOf,
  tiers,
} from './naming.ts';
export { AutoPopulated, type PopulateOptions, type PopulateResult } from './schema/auto-populated.ts';
export { type CreateSchemaOptions, Database, type DatabaseOptions } from './schema/database.ts';
export { DeclarePlan } from './schema/declare-plan.ts';
export type { DeclareOptions } from './schema/declare-table.ts';
export { countJobs, type JobCounts, JobQueue, type JobStatus, jobStatuses } from './schema/job-queue.ts';
export type { JobError } from './schema/jobs.ts';
export { keySource } from './schema/key-source.ts';
export { LegacyJobs } from './schema/legacy-jobs.ts';
export type { FetchContext, Make, MakeContext, MakeInParts, MakeWhole } from './schema/make.ts';
export { type Progress, progress } from './schema/progress.ts';
export { QueuedJobs, type RefreshOptions } from './schema/queued-jobs.ts';
export type { Context } from './schema/resolve-reference.ts';
export { inOperation, type Operation, type OperationResult, runOperations } from './schema/run-operations.ts';
export { type ListedTable, Schema } from './schema/schema.ts';
export { SchemaDropPlan } from './schema/schema-drop-plan.ts';
export {
  type ComputedCode,
  type ComputedOptions,
  computed,
  imported,
  lookup,
  manual,
  type TableCode,
  type TableOptions,
} from './schema/table-code.ts';
export { type Sql, type Statement, sql } from './sql/sql.ts';
export { TrustedSql, trusted } from './sql/trusted-sql.ts';
export { type LoadStoresOptions, loadStores } from './store/load-stores.ts';
export { Stores } from './store/stores.ts';
export { didYouMean, nearest } from './suggest.ts';
export { CascadePlan, type CascadeStep, type CountedStep } from './table/cascade-plan.ts';
export { Catalog } from './table/catalog.ts';
export type { DeletePlan, DeletePlanOptions, Obstacle } from './table/delete-plan.ts';
export { type DropOptions, DropPlan } from './table/drop-plan.ts';
export {
  type FileRow,
  type ImportedRows,
  type ImportOptions,
  importRows,
  type RowProblem,
} from './table/import-rows.ts';
export type { InputRow, InsertOptions } from './table/insert.ts';
export { type Direction, type Neighbour, type NeighbourOptions, neighbours } from './table/neighbours.ts';
export { PageMarks, type PageStart, type Paging } from './table/page-marks.ts';
export type {
  Pipeline,
  PipelineAttribute,
  PipelineEdge,
  PipelineSchema,
  PipelineTable,
} from './table/pipeline.ts';
export { RowCounts } from './table/row-counts.ts';
export type { CascadeOptions, DeletedRows } from './table/run-cascade.ts';
export { Table } from './table/table.ts';
export { type LinkedForeignKey, type TableLinks, tableLinks } from './table/table-links.ts';
export type { UpdateRow } from './table/update1.ts';
