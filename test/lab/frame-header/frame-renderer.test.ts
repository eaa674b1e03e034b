import { MimeModel, RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { FRAME_MIME_TYPE } from '../../../src/lab/frame-header/frame';
import { FrameRenderer } from '../../../src/lab/frame-header/frame-renderer';

const LINE = '<div class="jp-ReplicaFrame-line">2 rows · 5 ms</div>\n';
const TOLD = { rows: 2, elapsedMs: 5, sql: 'SELECT 1', parameters: [] };
const actions = { openInPanel: jest.fn(), exportToS3: jest.fn(), rerun: jest.fn() };
const rendermime = new RenderMimeRegistry({ initialFactories: standardRendererFactories });
rendermime.addFactory(
  {
    safe: true,
    mimeTypes: [FRAME_MIME_TYPE],
    createRenderer: options => new FrameRenderer(options, rendermime, actions)
  },
  40
);

async function render(data: Record<string, unknown>, trusted = true): Promise<HTMLElement> {
  const model = new MimeModel({ data: data as never, trusted });
  const mimeType = rendermime.preferredMimeType(model.data, trusted ? 'any' : 'ensure');
  const renderer = rendermime.createRenderer(mimeType ?? '');
  await renderer.renderModel(model);
  return renderer.node;
}

const BUNDLE = {
  [FRAME_MIME_TYPE]: TOLD,
  'text/html': `${LINE}<table><td>7</td></table>`,
  'text/plain': '7'
};

it('shows the line once, above the table that pandas made', async () => {
  const node = await render(BUNDLE);
  expect(node.querySelectorAll('.jp-ReplicaFrame-header')).toHaveLength(1);
  expect(node.querySelector('.jp-ReplicaFrame-line')).toBeNull();
  expect(node.querySelector('.jp-ReplicaFrame-header')?.textContent).toContain('2 rows · 5 ms');
  expect(node.querySelector('table')?.textContent).toBe('7');
});

it('does what its buttons say', async () => {
  const node = await render(BUNDLE);
  for (const button of node.querySelectorAll('button')) button.click();
  expect(actions.openInPanel).toHaveBeenCalledWith(expect.objectContaining({ sql: 'SELECT 1' }));
  expect(actions.exportToS3).toHaveBeenLastCalledWith(expect.objectContaining({ sql: 'SELECT 1' }), false);
  const s3 = [...node.querySelectorAll('button')].find(({ textContent }) => textContent === 'export to S3');
  s3?.dispatchEvent(new MouseEvent('click', { shiftKey: true }));
  expect(actions.exportToS3).toHaveBeenLastCalledWith(expect.anything(), true);
  expect(actions.rerun).toHaveBeenCalledWith(expect.objectContaining({ rows: 2 }), node);
});

it('has no buttons for a statement that is too long to be told', async () => {
  const node = await render({ ...BUNDLE, [FRAME_MIME_TYPE]: { ...TOLD, sql: null } });
  expect(node.querySelectorAll('button')).toHaveLength(0);
  expect(node.textContent).toContain('2 rows');
});

it('exports nothing that has a secret parameter, whose value only the kernel knows', async () => {
  const parameters = [{ name: 'token', value: null, secret: true }];
  const node = await render({ ...BUNDLE, [FRAME_MIME_TYPE]: { ...TOLD, parameters } });
  expect([...node.querySelectorAll('button')].map(button => button.textContent)).toEqual([
    'open in panel',
    'rerun'
  ]);
});

it('leaves scripts out of the HTML of a notebook that is not trusted', async () => {
  const html = `${LINE}<table><td>7</td></table><script>window.ran = true</script>`;
  const node = await render({ ...BUNDLE, 'text/html': html }, false);
  expect(node.querySelector('table')).not.toBeNull();
  expect(node.querySelector('script')).toBeNull();
});

it('writes what it is told as text, never as HTML', async () => {
  const node = await render({ ...BUNDLE, [FRAME_MIME_TYPE]: { ...TOLD, profile: '<img src=x>' } }, false);
  expect(node.querySelector('.jp-ReplicaFrame-header img')).toBeNull();
  expect(node.textContent).toContain('<img src=x>');
});

it('shows the frame without a line when it cannot read what it is told', async () => {
  const node = await render({ ...BUNDLE, [FRAME_MIME_TYPE]: { rows: 'many' } });
  expect(node.querySelector('table')?.textContent).toBe('7');
  expect(node.querySelectorAll('button')).toHaveLength(0);
});
