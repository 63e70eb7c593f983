"""One table of each tier and foreign key of each kind, over two schemas: the same in both generations."""

import uuid

import datajoint as dj

import postgresql
from virtual import IS_LEGACY

RAT = "rat \U0001f400"


def subjects():
    """On PostgreSQL the library cannot restrict by uuids."""
    values = [uuid.UUID(int=i) for i in (1, 2, 3)]
    return [str(value) for value in values] if postgresql.is_used(dj.conn()) else values


def typed(definition):
    """The second generation writes core types, the first the database's."""
    if postgresql.is_used(dj.conn()):
        return definition.replace(": uuid", ": char(36)")
    return definition if not IS_LEGACY else definition.replace("int16", "smallint").replace("float64", "double")


class Pipeline:
    """Declares the tables in two schemas; several pipelines may stand side by side."""

    def __init__(self, schema, other):
        self.tables = {cls.__name__: cls for cls in make_classes()}
        schemas = {name: dj.Schema(name) for name in (schema, other)}
        for name, cls in self.tables.items():
            schemas[other if name == "Report" else schema](cls, context=dict(self.tables))
        self.connection = dj.conn()

    def __getattr__(self, name):
        return self.tables[name]

    def all_tables(self):
        """Tables and parts by name, parents first."""
        for name, cls in self.tables.items():
            yield name, cls
            for part_name, part in vars(cls).items():
                if isinstance(part, type) and issubclass(part, dj.Part):
                    yield f"{name}.{part_name}", part

    def insert_entered(self):
        """What people enter."""
        first, second, third = subjects()
        self.Person.insert([("ann",), ("bob",), ("cyd",), ("dan",)])
        self.Subject.insert(
            dict(subject=subject, species=species, username=username, caretaker=caretaker, owner=owner)
            for subject, species, username, caretaker, owner in (
                (first, "mouse", None, "ann", None),
                (second, RAT, "bob", "ann", "ann"),
                (third, "mouse", "dan", "bob", None),
            )
        )
        sessions = [(first, 1, "1969-12-31"), (first, 2, "2024-02-29"), (first, 3, "2024-03-10"),
                    (second, 1, "2024-02-29"), (third, 7, "1582-10-15")]
        self.Session.insert(dict(subject=subject, session=session, day=day) for subject, session, day in sessions)
        self.Session.Trial.insert(
            dict(subject=subject, session=session, trial=trial, outcome=outcome)
            for subject, session, _ in sessions
            for trial, outcome in ((1, "hit"), (2, "miss"))
        )
        self.Session.Observer.insert1(dict(subject=third, session=7, username="cyd"))
        pairs = [(first, second, None, None), (second, first, first, 2), (third, third, second, 1)]
        self.Pair.insert(dict(zip(("first", "second", "third", "session"), pair)) for pair in pairs)

    def insert_derived(self):
        """What `populate` would make, without the detour."""
        first, second, _ = subjects()
        keys = [dict(subject=subject, session=n) for subject, n in ((first, 1), (first, 2), (second, 1))]
        self.Recording.insert((dict(key, rate=30000.1) for key in keys), allow_direct_insert=True)
        self.Spikes.insert((dict(key, total=1) for key in keys), allow_direct_insert=True)
        self.Spikes.Unit.insert(dict(key, unit=1, trial=1) for key in keys)
        self.Report.insert(dict(key, species="mouse" if key["session"] == 1 else None) for key in keys)

    def populate(self):
        """Runs the pipeline with reserved jobs; one of them fails and stays in the table of jobs."""
        self.Recording.populate(reserve_jobs=True, suppress_errors=True)
        self.Spikes.populate(reserve_jobs=True)
        key = self.Spikes.fetch("KEY")[0] if IS_LEGACY else self.Spikes.keys()[0]
        self.Report.insert1(dict(key, species="mouse"))

    def refill(self):
        """The same rows as after the first time, whatever was deleted since."""
        names = [cls.full_table_name for _, cls in self.all_tables()]
        if postgresql.is_used(self.connection):
            self.connection.query(f"TRUNCATE {', '.join(names)}")
        else:
            self.connection.query("SET SESSION foreign_key_checks = 0")
            for name in names:
                self.connection.query(f"DELETE FROM {name}")
            self.connection.query("SET SESSION foreign_key_checks = 1")
        self.Species.insert(self.Species.contents)
        self.insert_entered()
        self.insert_derived()


def make_classes():
    class Species(dj.Lookup):
        definition = """
        # species of animals
        species : varchar(24)  # species name
        ---
        latin=null : varchar(64)
        """
        contents = [("mouse", "Mus musculus"), (RAT, None), ("dodo", "")]

    class Person(dj.Manual):
        definition = """
        username : varchar(12)
        """

    class Subject(dj.Manual):
        definition = typed(
            """
            # experimental subject
            subject : uuid
            ---
            -> Species
            -> [nullable] Person
            -> Person.proj(caretaker="username")
            -> [unique, nullable] Person.proj(owner="username")
            """
        )

    class Session(dj.Manual):
        definition = typed(
            """
            -> Subject
            session : int16
            ---
            day : date
            unique index (subject, day)
            """
        )

        class Trial(dj.Part):
            definition = typed(
                """
                # one trial
                -> master
                trial : int16
                ---
                outcome="miss" : enum('hit', 'miss')
                """
            )

        class Observer(dj.Part):
            definition = """
            -> master
            -> Person
            """

    class Pair(dj.Manual):
        definition = """
        -> Subject.proj(first="subject")
        -> Subject.proj(second="subject")
        ---
        -> [nullable] Session.proj(third="subject")
        """

    class Recording(dj.Imported):
        definition = typed(
            """
            -> Session
            ---
            rate : float64
            """
        )

        def make(self, key):
            if key["session"] == 3:
                raise ValueError("a broken file \U0001f4a5")
            self.insert1(dict(key, rate=30000.1))

    class Spikes(dj.Computed):
        definition = typed(
            """
            -> Recording
            ---
            total : int16
            """
        )

        class Unit(dj.Part):
            definition = typed(
                """
                -> master
                unit : int16
                ---
                -> Session.Trial
                """
            )

        def make(self, key):
            self.insert1(dict(key, total=1))
            self.Unit.insert1(dict(key, unit=1, trial=1))

    class Report(dj.Manual):
        definition = """
        # refers to tables of another schema
        -> Spikes
        ---
        -> [nullable] Species
        """

    return Species, Person, Subject, Session, Pair, Recording, Spikes, Report
