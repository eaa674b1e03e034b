import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { COMMANDS } from '../commands';
import { IProfiles, IReplicaClient } from '../tokens';
import { ProfilesModel, type ProfileMemory } from './model';

const ID = 'jupyterlab-replica:profiles';

export const plugin: JupyterFrontEndPlugin<IProfiles> = {
  id: ID,
  description: 'The connection profiles, and which of them is in use.',
  autoStart: true,
  provides: IProfiles,
  requires: [IReplicaClient],
  optional: [IStateDB, ICommandPalette],
  activate: (
    { commands }: JupyterFrontEnd,
    client: IReplicaClient,
    state: IStateDB | null,
    palette: ICommandPalette | null
  ) => {
    const profiles = new ProfilesModel(client, memoryIn(state));
    commands.addCommand(COMMANDS.useProfile, {
      label: ({ name }) => (typeof name === 'string' ? `Use Replica Profile ${name}` : 'Use Replica Profile'),
      caption: 'Let the sidebar and new query panels use this connection',
      isToggled: ({ name }) => name === profiles.active?.name,
      describedBy: {
        args: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
      },
      execute: ({ name }) => {
        if (typeof name === 'string') profiles.use(name);
      }
    });
    void profiles.ready.then(() => {
      if (profiles.all.length > 1) {
        profiles.all.forEach(({ name }) =>
          palette?.addItem({ command: COMMANDS.useProfile, category: 'Replica', args: { name } })
        );
      }
    });
    profiles.changed.connect(() => commands.notifyCommandChanged(COMMANDS.useProfile));
    return profiles;
  }
};

function memoryIn(state: IStateDB | null): ProfileMemory {
  return {
    read: async () => {
      const name = await state?.fetch(ID);
      return typeof name === 'string' ? name : null;
    },
    write: async name => state?.save(ID, name)
  };
}
