import { subjectRows, surgeryRows, weighingRows } from './animals.ts';
import type { LaboratoryTable } from './laboratory-table.ts';
import { lickingRows } from './licking.ts';
import { people, rigs, species, strains, tasks } from './people.ts';
import { psychometricRows } from './psychometry.ts';
import { sessionRows, trialRows } from './sessions.ts';

/** The schema `lab`: people, animals, and what animals did. */
export const labTables: readonly LaboratoryTable[] = [
  {
    className: 'Species',
    tier: 'lookup',
    rows: () => species,
    definition: `
      # Species in the animal house
      species : varchar(24)                    # common name
      ---
      latin_name : varchar(60)
    `,
  },
  {
    className: 'Strain',
    tier: 'lookup',
    rows: () => strains,
    definition: `
      # Lines of animals
      strain : varchar(40)                     # as the breeder writes it
      ---
      -> Species
      stock = null : char(6)                   # number at the breeder
      description = "" : varchar(255)
    `,
  },
  {
    className: 'Person',
    tier: 'manual',
    rows: () => people,
    definition: `
      # People of the laboratory
      person : varchar(16)                     # short name
      ---
      full_name : varchar(60)
      email : varchar(120)
      orcid = null : char(19)                  # researcher's number at orcid.org
      joined : date
      is_active = 1 : bool
      unique index (email)
    `,
  },
  {
    className: 'Rig',
    tier: 'lookup',
    rows: () => rigs,
    definition: `
      # Set-ups for behaviour and recording
      rig : varchar(16)
      ---
      room : varchar(24)
      spouts = 2 : int8                        # number of lick spouts
      screen = null : json                     # width, height, distance in cm; refresh in Hz
    `,
  },
  {
    className: 'Task',
    tier: 'lookup',
    rows: () => tasks,
    definition: `
      # What animals are trained to do
      task : varchar(32)
      ---
      description : varchar(255)
    `,
  },
  {
    className: 'Subject',
    tier: 'manual',
    rows: subjectRows,
    definition: `
      # Animals
      subject : varchar(12)                    # name on the cage card
      ---
      -> Strain
      sex : enum('F', 'M', 'U')
      date_of_birth : date
      rfid : int64                             # chip under the skin, 15 digits
      subject_uuid : uuid                      # the same animal in other databases
      -> [nullable] Person.proj(caretaker="person")
      genotype = null : json
      cage_card = null : <attach>
      unique index (rfid)
    `,
  },
  {
    className: 'Surgery',
    tier: 'manual',
    rows: surgeryRows,
    definition: `
      # Operations
      -> Subject
      surgery_date : date
      ---
      -> Person.proj(surgeon="person")
      operation : enum('headpost', 'craniotomy', 'cranial window', 'virus injection')
      duration : time                          # from first cut to last suture
      virus = null : varchar(60)
      notes = "" : varchar(1000)
    `,
  },
  {
    className: 'Weighing',
    tier: 'manual',
    rows: weighingRows,
    definition: `
      # Weight and water of animals on water restriction
      -> Subject
      weighing_date : date
      ---
      weighed_at : time                        # of the day
      weight : decimal(4,1)                    # (g)
      water = null : decimal(4,2)              # given outside the task (ml)
      body_condition = null : int8             # 1 is thin, 5 is fat
    `,
  },
  {
    className: 'Session',
    tier: 'manual',
    rows: sessionRows,
    definition: `
      # One animal on one rig, until it is taken off
      -> Subject
      session : int16                          # counted for each animal
      ---
      session_start : datetime
      duration : float32                       # (min)
      -> Rig
      -> Task
      -> Person.proj(experimenter="person")
      -> [nullable] Person.proj(reviewer="person")
      clock_start : int64                      # first tick of the acquisition's clock (ns since 1970)
      is_good = 1 : bool                       # worth analysing
      notes = null : varchar(2000)
      unique index (subject, session_start)
      index (session_start)
    `,
  },
  {
    className: 'Session.Trial',
    tier: 'part',
    rows: trialRows,
    definition: `
      # A grating appears on one side, and the animal licks on one side
      -> master
      trial : int16
      ---
      stimulus_time : float64                  # from the start of the session (s)
      contrast : decimal(5,4)                  # negative on the left
      choice : enum('left', 'right', 'none')
      is_correct = null : bool                 # NULL without a choice
      reaction_time = null : float32           # from stimulus to first lick (s)
      reward = 0 : decimal(3,1)                # water (ul)
    `,
  },
  {
    className: 'Licking',
    tier: 'imported',
    rows: lickingRows,
    definition: `
      # Licks, found in the signals of both spouts
      -> Session
      ---
      sampling_rate : float32                  # (Hz)
      left_licks : <blob>                      # times (s)
      right_licks : <blob>                     # times (s)
      trace : <blob>                           # of both spouts, first 40 s (V)
      sync_pulses : bytes                      # as the acquisition board sent them
    `,
  },
  {
    className: 'PsychometricCurve',
    tier: 'computed',
    rows: psychometricRows,
    definition: `
      # Choices against contrast
      -> Session
      ---
      trial_count : int16                      # trials with a choice
      bias : float64                           # contrast at which both choices are as likely
      slope : float64                          # of the logistic function, per unit of contrast
      contrasts : <blob>
      right_choices : <blob>                   # share of choices to the right, by contrast
      figure : json                            # for plotly
      computed_at : datetime(6)
    `,
  },
];
