import type { Backend } from '../support/backends.ts';

/**
 * A small pipeline for tests of what is told about pipelines: every tier, a renamed key, two keys to one table, a key
 * across schemas.
 *
 * `subject` 1-3 · `session` (1,1) (1,2) (2,1) · `session.trial` two of (1,1), one of (2,1) · `_scan` of (1,1) (1,2) ·
 * `__analysis` of scan (1,1) · `pair` of two subjects each: (1,2) (2,3) (2, NULL)
 */
export interface LabPipeline {
  readonly lab: string;
  readonly ephys: string;
}

/** Makes it anew under names of its own. */
export async function makeLab(backend: Backend, name: string): Promise<LabPipeline> {
  const names = { lab: `${name}_lab`, ephys: `${name}_ephys` };
  const { lab, ephys } = names;
  await backend.createSchemas(lab, ephys);
  await backend.query(`
    CREATE TABLE ${lab}."#species" (species varchar(20) NOT NULL, PRIMARY KEY (species));
    CREATE TABLE ${lab}.subject (subject_id int NOT NULL, species varchar(20) DEFAULT NULL, name varchar(20) NOT NULL DEFAULT 'none',
      PRIMARY KEY (subject_id), UNIQUE (name), FOREIGN KEY (species) REFERENCES ${lab}."#species" (species));
    CREATE TABLE ${lab}.pair (pair_id int NOT NULL, first_id int NOT NULL, second_id int DEFAULT NULL, PRIMARY KEY (pair_id),
      FOREIGN KEY (first_id) REFERENCES ${lab}.subject (subject_id), FOREIGN KEY (second_id) REFERENCES ${lab}.subject (subject_id));
    CREATE TABLE ${ephys}.session (subject_id int NOT NULL, session int NOT NULL, rig varchar(10) DEFAULT NULL,
      PRIMARY KEY (subject_id, session), FOREIGN KEY (subject_id) REFERENCES ${lab}.subject (subject_id));
    CREATE TABLE ${ephys}.session__trial (subject_id int NOT NULL, session int NOT NULL, trial int NOT NULL,
      PRIMARY KEY (subject_id, session, trial), FOREIGN KEY (subject_id, session) REFERENCES ${ephys}.session (subject_id, session));
    CREATE TABLE ${ephys}._scan (subject_id int NOT NULL, session int NOT NULL, depth double precision DEFAULT NULL,
      PRIMARY KEY (subject_id, session), FOREIGN KEY (subject_id, session) REFERENCES ${ephys}.session (subject_id, session));
    CREATE TABLE ${ephys}.__analysis (subject_id int NOT NULL, session int NOT NULL, score double precision DEFAULT NULL,
      PRIMARY KEY (subject_id, session), FOREIGN KEY (subject_id, session) REFERENCES ${ephys}._scan (subject_id, session))`);
  await fillLab(backend, names);
  return names;
}

/** Brings its rows back. */
export async function fillLab(backend: Backend, { lab, ephys }: LabPipeline): Promise<void> {
  const ofEphys = ['__analysis', '_scan', 'session__trial', 'session'].map((table) => `${ephys}.${table}`);
  const ofLab = ['pair', 'subject', '"#species"'].map((table) => `${lab}.${table}`);
  await backend.deleteRows(...ofEphys, ...ofLab);
  await backend.query(`
    INSERT INTO ${lab}."#species" VALUES ('mouse'), ('rat');
    INSERT INTO ${lab}.subject VALUES (1, 'mouse', 'one'), (2, 'mouse', 'two'), (3, NULL, 'three');
    INSERT INTO ${lab}.pair VALUES (1, 1, 2), (2, 2, 3), (3, 2, NULL);
    INSERT INTO ${ephys}.session VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, NULL);
    INSERT INTO ${ephys}.session__trial VALUES (1, 1, 1), (1, 1, 2), (2, 1, 1);
    INSERT INTO ${ephys}._scan VALUES (1, 1, 0.5), (1, 2, NULL);
    INSERT INTO ${ephys}.__analysis VALUES (1, 1, 2.5)`);
}

export async function dropLab(backend: Backend, { lab, ephys }: LabPipeline): Promise<void> {
  await backend.dropSchemas(ephys, lab);
}
