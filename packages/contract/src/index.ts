export { BlobParams, BlobQuery, blobRoutes } from './blob.ts';
export { documentedStatus, type RouteKind } from './documented-status.ts';
export { type ErrorCode, type ErrorEntry, errors, isErrorCode } from './errors.ts';
export { ExportQuery, exportRoutes } from './export.ts';
export { ImportProblem, ImportQuery, ImportTotals, importRoutes } from './import.ts';
export {
  ClearJobsResponse,
  CountResponse,
  Job,
  JobCountsResponse,
  JobStatus,
  JobsResponse,
  jobRoutes,
  ProgressResponse,
  ValuesResponse,
} from './jobs.ts';
export { LoginIncomplete, LoginRequest, LoginResponse, loginRoutes } from './login.ts';
export { type OpenApiOptions, openapi } from './openapi.ts';
export {
  HeadingAttribute,
  HeadingResponse,
  PipelineAttributesResponse,
  PipelineEdge,
  PipelineQuery,
  PipelineResponse,
  PipelineTable,
  pipelineRoutes,
  TableTier,
} from './pipeline.ts';
export { PROBLEM_MEDIA_TYPE, Problem } from './problem.ts';
export {
  ExplainResponse,
  QueryAttribute,
  QueryBody,
  QueryResponse,
  QueryTree,
  queryRoutes,
} from './query.ts';
export {
  CountMode,
  DeleteConflict,
  DeleteQuery,
  DeleteResponse,
  InsertResponse,
  RecordQuery,
  RecordResponse,
  RecordsBody,
  RecordValue,
  recordRoutes,
  UpdateResponse,
} from './record.ts';
export type { ResponseContract, RouteContract } from './route.ts';
export { routes } from './routes.ts';
export { SchemaListResponse, SchemaParams, schemaRoutes, TableListResponse, TableParams } from './schema.ts';
export { HealthResponse, serviceRoutes, VersionResponse } from './service.ts';
export { SessionResponse, sessionRoutes } from './session.ts';
export { SpecResponse, specRoutes } from './spec.ts';
export {
  ATTRIBUTE_HEADER,
  AttributeResponse,
  AttributeRow,
  DependencyEntry,
  DependencyQuery,
  DependencyResponse,
  NeighbourEntry,
  RestrictionQuery,
  tableRoutes,
} from './table.ts';
export { TicketRequest, TicketResponse, ticketRoutes } from './ticket.ts';
export {
  PlanBody,
  PlanResponse,
  RestrictionItems,
  TransactionBody,
  TransactionOperation,
  TransactionResponse,
  transactionRoutes,
} from './transaction.ts';
