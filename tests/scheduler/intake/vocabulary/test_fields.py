"""Names of columns in other systems."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns

FIRST = {
    "patient_id": "MRN, mrn, MRN#, MRN No, Pat ID, PAT_ID, Member ID, member_id, subscriber_id, BENE_ID, DESYNPUF_ID, "
    "person_id, MBI, empi, patient_key, medicalRecordNumber, patientIdNumber",
    "birth_date": "DOB, D.O.B., Birth Date, birth_datetime, dateOfBirth, Patient.birthDate",
    "death_date": "DOD, Date of Death, death_date, deceased date",
    "follow_up_end_date": "Date Last Contact, Last Follow Up, Hospice Date",
    "diagnosis_date": "Dx Date, dateOfDiagnosis, DX_DT, Date of Diagnosis, condition_start_date",
    "surgery_date": "Surgery, Surgery Dt, surgery_date, Date of Surgery, rxDateMostDefinSurg, Resection Date",
    "treatment_end_date": "Tx End, TxEnd, Chemo End, last_treatment_date, EOT",
    "radiation_start_date": "RT Start, XRT Start, rxDateRadiation",
    "radiation_end_date": "RT End, rt_end, radiation_end_date, rxDateRadiationEnded",
    "progression_date": "Recurrence Dt, recurrence_date, Progression, Relapse Date",
    "date": "Exam Date, DOS, DOS From, from_dt, CLM_FROM_DT, line_1st_expns_dt, procedure_date, service_date, started, "
    "study_date, completed_dt_tm, exam_end, result_time, ordering_date, FUT_EXPECT_COMP_DT, appt_time, "
    "orig_order_dt_tm, Exam Date/Time, Scheduled DtTm, Exam Date (MM/DD/YYYY), RIS.ExamDate",
    "cpt": "CPT, CPT Code, HCPCS, HCPCS_CD, proc_code, procedure_code",
    "study_text": "Exam Description, Exam Name, study_description, description, order_mnemonic",
    "modality": "Modality, ModalitiesInStudy",
    "modifier": "Mod, mod1, Modifier 2, HCPCS_1ST_MDFR_CD, hcpcs_modifier_3",
    "region": "Body Part, BodyPartExamined, Region",
    "status": "Status, Exam Status, Claim Status, Auth Status, order_status_c_name, ORDER_STATUS_CD",
    "accession": "Accession, accession_number, order_id, ORDER_PROC_ID, Claim No, placer_order_number, clm_id",
    "diagnosis_code": "DX1, dx12, DX13, ICD10, icd_10_code, diagnosis_code_7, ICD_DGNS_CD25, PRNCPAL_DGNS_CD, dx",
    "diagnosis_text": "Diagnosis, Dx Name, Cancer Type, Indication",
    "morphology": "Histology, icdo3, histologicTypeIcdO3, behavior",
    "topography": "Topography",
    "primary_site": "Site, primarySite, Tumor Site",
    "protocol": "Protocol, Pathway",
    "name": "Name, Patient Name, Last Name, familyName, lname",
    "ignored": "Vital Status, Ordering MD, Rendering NPI, Facility, Billed Amt, Paid Amt, LOB, Auth #, DOS To, Line, "
    "Sex, Grade, thru_dt, age, laterality, units, place_of_service",
}


@pytest.mark.parametrize(("column", "field"), [(c.strip(), f) for f, names in FIRST.items() for c in names.split(",")])
def test_a_column_is_known_by_its_name(column, field):
    assert fields_of(column)[0] == field


@pytest.mark.parametrize(
    ("column", "fields"),
    [
        ("Mod", ("modifier", "modality")),
        ("Site", ("primary_site", "topography", "ignored")),
        ("Diagnosis", ("diagnosis_text", "diagnosis_code", "protocol")),
        ("Procedure Code", ("cpt", "study_text")),
        ("ID", ("patient_id", "accession")),
        ("Patient", ("patient_id", "name")),
        ("Result Date", ("date", "ignored")),
    ],
)
def test_a_name_with_several_meanings_gives_them_likeliest_first(column, fields):
    assert fields_of(column) == fields


@pytest.mark.parametrize(
    "field", [PATIENT_ID, "protocol", "cpt", "modality", "region", "date", "status", "primary_site"]
)
def test_a_field_is_known_by_its_own_name(field):
    assert fields_of(field)[0] == field


def test_every_date_of_an_events_file_is_known_by_its_own_name():
    dates = [name for name in event_columns(CURRENT) if name.endswith("_date")]
    facts = {"cervical_spine_surgery_date", "intravascular_stent_date", "symptom_onset_date"}
    assert {name for name in dates if fields_of(name)[:1] != (name,)} == facts


@pytest.mark.parametrize("column", ["", "#", "Column1", "foo", "Patient Mood", "2026", "datex"])
def test_an_unknown_name_gives_nothing(column):
    assert fields_of(column) == ()
