import { MainAreaWidget } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type Manifest } from '../../contract/dataset';
import { datasetIcon } from '../icons';
import { valueView } from '../result-grid/value-view';
import { type DatasetPlace } from '../tokens';

/** A tab with the manifest of one version. */
export function manifestWidget({ bucket, prefix }: DatasetPlace, manifest: Manifest): MainAreaWidget {
  const content = new Widget();
  content.addClass('jp-ReplicaManifest');
  content.node.append(valueView('json', JSON.stringify(manifest)));
  const widget = new MainAreaWidget({ content });
  widget.id = `replica-manifest-${bucket}/${prefix}/${manifest.version}`;
  widget.toolbar.hide();
  widget.title.label = `${prefix.split('/').at(-1)} manifest`;
  widget.title.caption = `Manifest of version ${manifest.version} of s3://${bucket}/${prefix}`;
  widget.title.icon = datasetIcon;
  widget.title.closable = true;
  return widget;
}
