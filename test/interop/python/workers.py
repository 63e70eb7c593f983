"""A table that workers of several languages compute together."""

import time

import datajoint as dj

from virtual import IS_LEGACY

pipelines = {}


def typed(definition):
    return definition if not IS_LEGACY else definition.replace("int32", "int")


class Shared:
    """Sessions whose keys are of many types, and what is computed of each."""

    def __init__(self, schema, has_uuid):
        self.schema = dj.Schema(schema)
        identifier = "device : uuid\n" if has_uuid else ""

        class Session(dj.Manual):
            definition = typed(
                f"""
                session : int32
                day : date
                started : datetime
                name : varchar(20)
                ratio : decimal(6,3)
                {identifier}
                """
            )

        class Result(dj.Computed):
            definition = typed(
                """
                -> Session
                ---
                worker : varchar(20)
                total : int32
                """
            )

            def make(self, key):
                time.sleep(0.01)
                if key["session"] % 5 == 2:
                    raise ValueError(f"bad session {key['session']}")
                self.insert1(dict(key, worker="python", total=2 * key["session"]))

        self.Session = self.schema(Session)
        self.Result = self.schema(Result, context=dict(Session=Session))

    def populate(self):
        order = dict(order="random") if IS_LEGACY else {}
        return self.Result.populate(reserve_jobs=True, suppress_errors=True, **order)["success_count"]

    def jobs(self):
        """The jobs that are known: session, status, message, stack, and whether the key is what it says it is."""
        if not IS_LEGACY:
            rows = self.Result().jobs.to_dicts(order_by="session")
            return [[row["session"], row["status"], row["error_message"], row["error_stack"], True] for row in rows]
        from datajoint.hash import key_hash

        rows = self.schema.jobs.fetch(as_dict=True)
        keys = {key_hash(key): key for key in self.Session.fetch("KEY")}
        return sorted(
            [row["key"]["session"], row["status"], row["error_message"], row["error_stack"],
             keys.get(row["key_hash"]) == row["key"]]
            for row in rows
        )

    def ignore(self, session):
        key = (self.Session & dict(session=session)).fetch1("KEY")
        self.schema.jobs.ignore(self.Result.table_name, key) if IS_LEGACY else self.Result().jobs.ignore(key)

    def progress(self):
        return list(self.Result.progress(display=False))
