import type { Configuration } from './configuration';

/** Namespace of the figures that the notebook publishes. */
export const METRIC_NAMESPACE = 'JupyterLabReplica';

/** Every physical name of one environment. Changing one of a kept resource replaces that resource. */
export function namesOf(configuration: Configuration) {
  const base = `${configuration.projectPrefix}-${configuration.environment}`;
  const dataScience = `${base}-data-science`;
  const bucket = `${dataScience}${configuration.storage.bucketSuffix}`;
  const [majorVersion] = configuration.cluster.engineVersion.split('.');
  return {
    stack: dataScience,
    notebook: `${base}-sagemaker-notebook`,
    notebookRole: `${base}-sagemaker-notebook-${configuration.region}`,
    sparkRole: `${base}-spark-${configuration.region}`,
    lifecycleConfiguration: `${base}-sagemaker-notebook`,
    codeRepository: `${base}-sagemaker-notebook`,
    replica: dataScience,
    replicaParameterGroup: `${dataScience}-postgresql${majorVersion}`,
    replicaParameterFamily: `aurora-postgresql${majorVersion}`,
    secret: `${base}/data-science/database-login`,
    rotationFunction: `${dataScience}-rotation`,
    keyAlias: `alias/${dataScience}`,
    bucket,
    accessLogBucket: `${bucket}-logs`,
    dataScientists: `${base}-data-scientists-${configuration.region}`,
    dashboard: dataScience,
    topic: `${dataScience}-alerts`,
    budget: `${dataScience}-${configuration.region}`,
    queryLogGroup: `/${base}/data-science/queries`,
    /** Cost allocation tag of everything the stack makes. */
    tag: { key: 'Project', value: dataScience }
  };
}

export type Names = ReturnType<typeof namesOf>;
