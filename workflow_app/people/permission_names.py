"""The acts that need a permission, by the names that pages, matrix and audit use. Who may do them is in `permissions`."""

from enum import StrEnum


class Permission(StrEnum):
    """One act a person may or may not do; every route carries one."""

    PUBLIC = "public"  # no sign-in
    SIGNED_IN = "signed_in"
    CASE_FILE = "case.file"
    CASE_OPEN = "case.open"  # begin, on a record of one's department, what nobody applies for
    CASE_VIEW = "case.view"
    CASE_LIST = "case.list"
    CASE_CLAIM = "case.claim"
    CASE_RELEASE = "case.release"
    CASE_WORK = "case.work"
    CASE_DECIDE = "case.decide"
    CASE_FORWARD = "case.forward"
    CASE_WITHDRAW = "case.withdraw"
    CASE_CORRECT = "case.correct"
    CASE_QUERY_CODE = "case.query_code"  # the code by which anybody who holds it follows the case without signing in
    EXTENSION_REQUEST = "extension.request"
    EXTENSION_APPROVE = "extension.approve"
    STAY_REQUEST = "stay.request"  # that a case stand still, and that it go on
    STAY_APPROVE = "stay.approve"
    ENQUIRY_ASK = "enquiry.ask"  # ask another body (协查), and take it back
    ENQUIRY_VIEW = "enquiry.view"  # the body that was asked: the question and its papers, never the case
    ENQUIRY_ANSWER = "enquiry.answer"
    APPOINTMENT_VIEW = "appointment.view"  # whom one's own department meets, when and where
    NOTE_WRITE = "note.write"
    EVIDENCE_ADD = "evidence.add"
    EVIDENCE_READ = "evidence.read"
    LETTER_READ = "letter.read"
    LETTER_PREVIEW = "letter.preview"
    LETTER_BUNDLE = "letter.bundle"  # take a day's letters away as one file
    LETTER_END = "letter.end"  # propose that a letter be corrected by a new one or declared void
    LETTER_END_SETTLE = "letter.end_settle"
    RECORD_VIEW = "record.view"
    RECORD_LIST = "record.list"
    RECORD_IMPORT = "record.import"
    RECORD_PROPOSE = "record.propose"  # its class, or what becomes of it when it was not performed
    RECORD_SETTLE = "record.settle"  # confirm or send back what another person proposed
    ADVICE_VIEW = "advice.view"
    ADVICE_SERVE = "advice.serve"  # issue the letters that go along with a decision, and note how they were served
    SERVICE_NOTE = "service.note"  # attempts to serve a letter (送达), their proof, and asking for a public notice
    SERVICE_REVIEW = "service.review"  # the second person's word on a public notice
    ADDRESS_CONFIRM = "address.confirm"  # sign, keep or end a confirmation of an address for service
    WRITE_BACK_RESOLVE = "write_back.resolve"
    MEASURE_ANSWER = "measure.answer"  # a notice to lift a measure, by the body that carries it out
    SUPERVISE = "supervise"
    SUPERVISE_EXPORT = "supervise.export"
    CASE_URGE = "case.urge"
    CASE_REASSIGN = "case.reassign"  # the lead department urges; who does the work is the department's own business
    SLIP_ANSWER = "slip.answer"
    ACCOUNT_VIEW = "account.view"
    ACCOUNT_RESCUE = "account.rescue"  # print an applicant a code for a new password, at the counter
    ACCOUNT_MANAGE = "account.manage"  # propose; lock and end sessions at once
    DEPARTMENT_VIEW = "department.view"
    DEPARTMENT_MANAGE = "department.manage"  # propose
    CALENDAR_VIEW = "calendar.view"
    CALENDAR_MANAGE = "calendar.manage"  # propose
    MANDATE_MANAGE = "mandate.manage"  # authorise others to act for a subject, and take it back
    ENROLMENT_CHECK = "enrolment.check"  # whether an account may act for a subject, by the papers it handed in
    CHANGE_VIEW = "change.view"
    CHANGE_SETTLE = "change.settle"  # approve or refuse what another person proposed
    PARAMETER_VIEW = "parameter.view"
    LETTER_TEMPLATES = "template.view"  # how each kind of letter looks and what it must say
    JOB_VIEW = "job.view"
    JOB_RETRY = "job.retry"
    AUDIT_READ = "audit.read"  # administrators see their own acts only
    AUDIT_VERIFY = "audit.verify"
