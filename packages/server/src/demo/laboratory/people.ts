/** Who works in the laboratory, and with what. All of them are made up. */

export const people = [
  ['mlopez', 'María López', '0000-0002-1825-0097', '2019-09-02', true],
  ['jchen', 'Jia Chen', '0000-0001-5109-3700', '2021-03-15', true],
  ['fokafor', 'Femi Okafor', null, '2022-10-01', true],
  ['skraus', 'Sophie Kraus', '0000-0002-1694-233X', '2020-01-13', true],
  ['dnovak', 'Daniel Novák', null, '2018-05-07', false],
].map(([person, full_name, orcid, joined, is_active]) => ({
  person: String(person),
  full_name,
  email: `${person}@cortexlab.example`,
  orcid,
  joined,
  is_active,
}));

/** Who trains animals and records. */
export const experimenters = ['mlopez', 'jchen', 'fokafor'] as const;

export const species = [
  { species: 'mouse', latin_name: 'Mus musculus' },
  { species: 'rat', latin_name: 'Rattus norvegicus' },
];

export const strains = [
  ['C57BL/6J', 'mouse', '000664', 'Wild type'],
  ['Ai148;Cux2-CreERT2', 'mouse', '030328', 'GCaMP6f in layer 2/3 pyramidal cells'],
  ['PV-Cre;Ai32', 'mouse', '017320', 'ChR2 in fast-spiking interneurons'],
  ['Long-Evans', 'rat', null, 'Wild type, pigmented'],
].map(([strain, kind, stock, description]) => ({ strain, species: kind, stock, description }));

export const rigs = [
  { rig: 'box-1', room: 'B2.014', spouts: 2, screen: { width: 34.6, height: 19.5, distance: 12, refresh: 60 } },
  { rig: 'box-2', room: 'B2.014', spouts: 2, screen: { width: 34.6, height: 19.5, distance: 12, refresh: 60 } },
  { rig: 'ephys-1', room: 'B2.021', spouts: 2, screen: { width: 52.7, height: 29.6, distance: 20, refresh: 144 } },
  { rig: '2p-1', room: 'B1.003', spouts: 2, screen: null },
];

export const tasks = [
  { task: 'shaping', description: 'First days: as contrast choice, and wrong licks cost no time' },
  { task: 'contrast choice', description: 'A grating on the left or the right; a lick on its side is rewarded' },
  { task: 'biased blocks', description: 'Contrast choice, with one side four times as likely for a while' },
];
