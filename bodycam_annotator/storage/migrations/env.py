"""What alembic runs first. It finds the open connection in the configuration's attributes."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo


def _keep_user_version(
    ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]
) -> None:
    """SQLite's `user_version` is the schema version, set in the transaction that changes it."""
    if ctx.connection is not None and step.up_revision_id is not None:
        ctx.connection.exec_driver_sql(f"PRAGMA user_version = {int(step.up_revision_id)}")


context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,
    on_version_apply=_keep_user_version,
)
with context.begin_transaction():
    context.run_migrations()
