// The tables of a workspace that our questions read, as Azure Monitor documents them:
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/apprequests and its neighbours.

const ofEveryTable =
  'TimeGenerated: datetime, Type: string, TenantId: string, SourceSystem: string, _ResourceId: string, _SubscriptionId: string, _BilledSize: real, _IsBillable: string';

const ofTheApp = `${ofEveryTable}, AppRoleInstance: string, AppRoleName: string, AppVersion: string, ClientIP: string, ClientType: string, IKey: string, ItemCount: int, OperationId: string, OperationName: string, ParentId: string, Properties: dynamic, ResourceGUID: string, SDKVersion: string, SessionId: string, SyntheticSource: string, UserAccountId: string, UserAuthenticatedId: string, UserId: string`;

/** The columns and their types, by table. */
export const tables: Readonly<Record<string, string>> = {
  AppRequests: `${ofTheApp}, DurationMs: real, Id: string, Measurements: dynamic, Name: string, ResultCode: string, Source: string, Success: bool, Url: string`,
  AppDependencies: `${ofTheApp}, Data: string, DependencyType: string, DurationMs: real, Id: string, Measurements: dynamic, Name: string, ResultCode: string, Success: bool, Target: string`,
  AppTraces: `${ofTheApp}, Measurements: dynamic, Message: string, SeverityLevel: int`,
  AppMetrics: `${ofTheApp}, Max: real, Min: real, Name: string, Sum: real`,
  CDBDataPlaneRequests: `${ofEveryTable}, AadAppliedRoleAssignmentId: string, AadPrincipalId: string, AccountName: string, ActivityId: string, AuthTokenType: string, ClientIpAddress: string, CollectionName: string, ConnectionMode: string, DatabaseName: string, DurationMs: real, KeyType: string, OperationName: string, PartitionId: string, RegionName: string, RequestCharge: real, RequestLength: real, RequestResourceId: string, RequestResourceType: string, ResponseLength: real, StatusCode: int, UserAgent: string`,
  // A function of the workspace that is asked like a table.
  _LogOperation: `${ofEveryTable}, Category: string, Operation: string, Level: string, Detail: string`,
};
