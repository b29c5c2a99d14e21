"""The vocabulary of editions: the only module that their files import."""

from spine_vigil.scheduler.editions.edition import Caution, CptCode, Edition, OtherNames, Source
from spine_vigil.scheduler.rules.citations import Cite
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    Below,
    Documented,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
    all_of,
    any_of,
    not_,
)
from spine_vigil.scheduler.rules.dates import days, months, weeks, years
from spine_vigil.scheduler.rules.facts import SYMPTOMS, Condition, Fact, FactKind, IndexKind, Level
from spine_vigil.scheduler.rules.implied import Implied, ImpliedByCourse
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.indications import Advice, Combination, Contraindication, Indication, IndicationReading
from spine_vigil.scheduler.rules.schedules import (
    Plan,
    Reading,
    Schedule,
    as_,
    at_least_every,
    every,
    no_surveillance,
    not_covered,
    once,
    protocol,
    referral,
    unspecified,
)
from spine_vigil.scheduler.rules.studies import SPINE, Modality, Place, Study, study

MRI, CT, PET_CT, PET_MRI = Modality.MRI, Modality.CT, Modality.PET_CT, Modality.PET_MRI
SPECT, SPECT_CT, ECHO = Modality.SPECT, Modality.SPECT_CT, Modality.ECHO
PRIMARY_SITE, SPINAL_PRIMARY_SITE, ANYWHERE = Place.PRIMARY_SITE, Place.SPINAL_PRIMARY_SITE, Place.ANYWHERE
DIAGNOSIS, TREATMENT_END, SURGERY = IndexKind.DIAGNOSIS, IndexKind.TREATMENT_END, IndexKind.SURGERY
RADIATION_START, RADIATION_END, PROGRESSION = (
    IndexKind.RADIATION_START,
    IndexKind.RADIATION_END,
    IndexKind.PROGRESSION,
)
PATIENT, EVENT = Level.PATIENT, Level.EVENT
NUMBER, DATE = FactKind.NUMBER, FactKind.DATE

__all__ = [
    "ANYWHERE",
    "CT",
    "DATE",
    "DIAGNOSIS",
    "ECHO",
    "EVENT",
    "MRI",
    "NUMBER",
    "PATIENT",
    "PET_CT",
    "PET_MRI",
    "PRIMARY_SITE",
    "PROGRESSION",
    "RADIATION_END",
    "RADIATION_START",
    "SPECT",
    "SPECT_CT",
    "SPINAL_PRIMARY_SITE",
    "SPINE",
    "SURGERY",
    "SYMPTOMS",
    "TREATMENT_END",
    "Above",
    "Advice",
    "AgeAtMost",
    "Below",
    "Caution",
    "Cite",
    "Combination",
    "Condition",
    "Contraindication",
    "CptCode",
    "Documented",
    "Edition",
    "Fact",
    "Implied",
    "ImpliedByCourse",
    "Indication",
    "IndicationReading",
    "Joined",
    "Ongoing",
    "OtherNames",
    "Plan",
    "Reading",
    "Schedule",
    "Since",
    "Source",
    "Study",
    "Tried",
    "UnderProtocol",
    "UpTo",
    "all_of",
    "any_of",
    "as_",
    "at_least_every",
    "days",
    "every",
    "months",
    "no_surveillance",
    "not_",
    "not_covered",
    "once",
    "protocol",
    "referral",
    "study",
    "unspecified",
    "weeks",
    "years",
]
