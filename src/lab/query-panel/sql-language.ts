import './isolate-prop';

export {
  keywordCompletionSource,
  PostgreSQL,
  schemaCompletionSource,
  type SQLNamespace
} from '@codemirror/lang-sql';
