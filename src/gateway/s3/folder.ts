import { ListBucketsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Buckets, Folder } from '../../contract/storage';
import { awsFailure, readAwsError } from '../aws-failure';

/** All buckets that the role may list; where it may not list any, the data bucket. Rejects with what the AWS SDK throws. */
export async function listBuckets(client: S3Client, dataBucket: string | null): Promise<Buckets> {
  const own = dataBucket === null ? [] : [dataBucket];
  try {
    const { Buckets: found } = await client.send(new ListBucketsCommand({}));
    const others = (found ?? []).flatMap(({ Name }) => Name ?? []).filter(name => name !== dataBucket);
    return { buckets: [...own, ...others.sort()], dataBucket, complete: true };
  } catch (error) {
    if (awsFailure(readAwsError(error)) !== 'denied') {
      throw error;
    }
    return { buckets: own, dataBucket, complete: false };
  }
}

/** What stands directly below a prefix, the first thousand of it. Rejects with what the AWS SDK throws. */
export async function listFolder(client: S3Client, Bucket: string, Prefix: string): Promise<Folder> {
  const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }));
  return {
    prefixes: (page.CommonPrefixes ?? []).flatMap(({ Prefix: found }) => found ?? []),
    objects: (page.Contents ?? []).map(({ Key, Size, LastModified }) => ({
      key: Key ?? '',
      bytes: Size ?? 0,
      modifiedAt: LastModified?.toISOString() ?? null
    })),
    complete: !page.IsTruncated
  };
}
