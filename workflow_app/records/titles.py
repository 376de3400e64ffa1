"""The short title of a record, as people speak of it: what was imposed, and for what."""

from workflow_app.foundation.labels import label
from workflow_app.records.credit_record import CreditRecord


def record_title(record: CreditRecord) -> str:
    """Return for example 罚款 12 万元：未取得资质证书承揽工程, or 列入严重失信主体名单：安全生产严重失信主体名单."""
    if record.is_entry:
        return label(f"record_title.{record.record_type}", name=record.list_name)
    parts = [_penalty(p.get("kind", "other"), p.get("amount_yuan")) for p in record.penalties]
    return f"{'、'.join(parts)}：{record.violation_type}"


def _penalty(kind: str, amount: float | None) -> str:
    name = label(f"penalty.{kind}")
    if not amount:
        return name
    if amount >= 10_000:
        return f"{name} {amount / 10_000:,.6g} 万元"
    return f"{name} {amount:,.2f} 元".replace(".00 元", " 元")
