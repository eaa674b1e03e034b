import { NodeProp } from '@lezer/common';

// Its path stands among the side effects in package.json, or the bundler would drop it. lang-sql needs this property when it loads, and the @lezer/common that JupyterLab 4.0 and 4.1 share lacks it.
NodeProp.isolate ??= new NodeProp({ deserialize: direction => (direction === 'rtl' ? 'rtl' : 'auto') });
