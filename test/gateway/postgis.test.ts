import path from 'node:path';
import { ensurePostgis } from '../../scripts/postgis.mjs';
import { Engine } from '../support/engine';
import { judge } from '../support/judge';
import { startServerOf, type VersionedServer } from '../support/server-versions';

jest.setTimeout(180_000);

let server: VersionedServer;
let engine: Engine;
beforeAll(async () => {
  const { bin, majorVersion } = ensurePostgis();
  const [initdb, postgres] = ['initdb', 'postgres'].map(name => path.join(bin, name)) as [string, string];
  server = await startServerOf({ majorVersion, initdb, postgres });
  const client = await server.connect();
  await client.query('CREATE EXTENSION postgis');
  await client.query(`CREATE TABLE places (
    id integer, point geometry(Point, 4326), outline geometry(MultiPolygonZ), region geography(Polygon), anything geometry,
    points geometry(Point, 4326)[]
  )`);
  await client.query(`INSERT INTO places VALUES
    (1, 'SRID=4326;POINT(14.4378 50.0755)', 'MULTIPOLYGON Z (((0 0 1,0 1 1,1 1 1,0 0 1)))',
      'POLYGON((0 0,0 1,1 1,0 0))', 'CIRCULARSTRING(0 0,1 1,2 0)',
      ARRAY['SRID=4326;POINT(1 2)', NULL, 'SRID=4326;POINT EMPTY']::geometry(Point, 4326)[]),
    (2, NULL, NULL, NULL, 'GEOMETRYCOLLECTION(POINT(1e-300 -1e300),LINESTRING(0 0,1 1))', '{}')`);
  await client.end();
  engine = await Engine.open(server);
});
afterAll(async () => {
  await engine.close();
  await server.stop();
});

/** Other types of PostGIS, by an expression with a value of each. */
const OTHERS = [
  ['box2d', "'BOX(0 0,1.5 2)'::box2d"],
  ['box3d', "'BOX3D(0 0 0,1 2 3)'::box3d"],
  ['spheroid', `'SPHEROID["WGS 84",6378137,298.257223563]'::spheroid`],
  ['geometry_dump', "(SELECT d FROM ST_Dump('MULTIPOINT((1 2),(3 4))'::geometry) d LIMIT 1)"],
  ['valid_detail', "ST_IsValidDetail('POLYGON((0 0,1 1,1 0,0 1,0 0))')"]
] as const;

it('geometries and geographies arrive as psycopg reads them, under the names that their columns have', async () => {
  const [verdict] = await judge(
    engine,
    ['SELECT * FROM places ORDER BY id'],
    server.credentials,
    server.caFile
  );
  expect(verdict).toMatchObject({
    rows: 2,
    differences: [],
    types: ['int32', 'string', 'string', 'string', 'string', 'list<element: string>']
  });
  expect((await engine.run('SELECT * FROM places')).fields?.map(({ type }) => type)).toEqual([
    'integer',
    'geometry(Point,4326)',
    'geometry(MultiPolygonZ)',
    'geography(Polygon,4326)',
    'geometry',
    'geometry(Point,4326)[]'
  ]);
});

it('the text of a geometry is the hexadecimal EWKB that PostGIS reads again, bit for bit', async () => {
  const table = await engine.table('SELECT anything AS g, points AS list FROM places ORDER BY id');
  const geometries = table.getChild('g')!.toJSON() as string[];
  expect(geometries).toHaveLength(2);
  for (const [index, hex] of geometries.entries()) {
    const same = await engine.table(
      'SELECT ST_AsEWKB($1::geometry) = ST_AsEWKB(anything) AS same FROM places WHERE id = $2',
      { params: [hex, index + 1] }
    );
    expect(same.getChild('same')!.toJSON()).toEqual([true]);
  }
  expect(JSON.parse(JSON.stringify(table.getChild('list'))) as unknown).toEqual([
    [
      '0101000020E6100000000000000000F03F0000000000000040',
      null,
      expect.stringMatching(/^0101000020E6100000/)
    ],
    []
  ]);
});

it('its other types arrive too, alone and in arrays', async () => {
  const statements = OTHERS.map(
    ([type, value]) =>
      `SELECT v AS value, ARRAY[v, NULL]::${type}[] AS list FROM (VALUES (${value}), (NULL)) t(v)`
  );
  const verdicts = await judge(engine, statements, server.credentials, server.caFile);
  for (const [index, [type]] of OTHERS.entries()) {
    expect({ type, ...verdicts[index] }).toMatchObject({
      type,
      rows: 2,
      differences: [],
      types: ['string', 'list<element: string>']
    });
    const { fields } = await engine.run(statements[index]!);
    expect(fields?.map(field => field.type)).toEqual([type, `${type}[]`]);
  }
});
