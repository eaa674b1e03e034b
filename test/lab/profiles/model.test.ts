import { ProfilesModel } from '../../../src/lab/profiles/model';
import { DEV_AND_PROD, memory, profilesModel } from './sample-profiles';

test('the first profile is in use until another one is chosen, which is remembered', async () => {
  const remembered = memory();
  const model = await profilesModel(DEV_AND_PROD, remembered);
  expect(model.active?.name).toBe('dev');
  const seen: (string | undefined)[] = [];
  model.changed.connect(({ active }) => seen.push(active?.name));
  model.use('prod');
  expect(seen).toEqual(['prod']);
  expect((await profilesModel(DEV_AND_PROD, remembered)).active?.name).toBe('prod');
});

test('a remembered profile that is configured no more gives way to the first', async () => {
  expect((await profilesModel(DEV_AND_PROD, memory('gone'))).active?.name).toBe('dev');
});

test('a name that is not known changes nothing', async () => {
  const model = await profilesModel();
  const told = jest.fn();
  model.changed.connect(told);
  model.use('pord');
  model.use('dev');
  expect(model.active?.name).toBe('dev');
  expect(told).not.toHaveBeenCalled();
});

test('a gateway that does not answer leaves no choice and no error', async () => {
  const model = new ProfilesModel({ profiles: () => Promise.reject(new Error('down')) }, memory());
  await model.ready;
  expect(model.all).toEqual([]);
  expect(model.active).toBeNull();
});
