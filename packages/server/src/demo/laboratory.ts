import type { Database } from '@pharus/datajoint';
import { ephysTables } from './laboratory/ephys-tables.ts';
import { imagingTables } from './laboratory/imaging-tables.ts';
import { labTables } from './laboratory/lab-tables.ts';

const schemas = { lab: labTables, ephys: ephysTables, imaging: imagingTables };

/**
 * Declares and fills the tables of a small laboratory: mice that lick left or right of a grating, and what was recorded
 * of them. All of it is made up, and the same every time.
 */
export async function makeLaboratory(database: Database): Promise<void> {
  for (const [name, tables] of Object.entries(schemas)) {
    const schema = await database.createSchema(name);
    for (const { className, tier, definition, rows, jobs } of tables) {
      const table = await schema.declare(className, definition, { tier });
      await table.insert(rows(), { allowDirectInsert: true });
      if (jobs !== undefined) await (await schema.jobs(className)).insert(jobs());
    }
  }
}
