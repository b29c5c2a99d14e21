"""Facts that the indications MRI 10 to 18 ask for."""

from spine_vigil.scheduler.editions.vocabulary import EVENT, PATIENT, Fact

_CT_AND_MRI = "Combination CT and MRI cervical spine"

FACTS = (
    Fact(
        "ms_suspected_or_known",
        PATIENT,
        "multiple sclerosis is suspected or known",
        ("MRI 10",),
        denial="multiple sclerosis is neither suspected nor known",
    ),
    Fact(
        "brain_mri_suspicious_for_ms",
        EVENT,
        "the brain MRI is suspicious for multiple sclerosis",
        ("MRI 10.a",),
        denial="the brain MRI is not suspicious for multiple sclerosis",
    ),
    Fact(
        "ms_baseline_done",
        EVENT,
        "a baseline MRI of the cervical spine for multiple sclerosis has been done",
        ("MRI 10.a",),
        denial="no baseline MRI of the cervical spine for multiple sclerosis has been done",
    ),
    Fact(
        "cord_symptoms_new_or_worsening",
        EVENT,
        "symptoms of the cervical cord are new or worsening",
        ("MRI 10.b",),
        denial="no symptoms of the cervical cord are new or worsening",
    ),
    Fact(
        "pediatric_demyelinating_disease",
        PATIENT,
        "a demyelinating disease of childhood is suspected or known",
        ("MRI 10.c",),
        denial="no demyelinating disease of childhood is suspected or known",
    ),
    Fact(
        "ms_signs_new_or_progressing",
        EVENT,
        "signs of multiple sclerosis are new or progressing",
        ("MRI 10.d",),
        denial="no signs of multiple sclerosis are new or progressing",
    ),
    Fact(
        "ms_treatment_response",
        EVENT,
        "the response to treatment of multiple sclerosis is in question",
        ("MRI 10.d",),
        denial="the response to treatment of multiple sclerosis is not in question",
    ),
    Fact("myelopathy_suspected", EVENT, "myelopathy is suspected", ("MRI 11",), denial="myelopathy is not suspected"),
    Fact(
        "myelopathy_progressing",
        EVENT,
        "symptoms or findings of myelopathy are progressing",
        ("MRI 11.b",),
        denial="no symptoms or findings of myelopathy are progressing",
    ),
    Fact(
        "neuro_deficit_on_exam",
        EVENT,
        "the examination shows a neurological deficit",
        ("MRI 12",),
        denial="the examination shows no neurological deficit",
    ),
    Fact(
        "complication_or_recurrence_evaluation",
        EVENT,
        "a complication or a recurrence after surgery is in question",
        ("MRI 13",),
        denial="neither a complication nor a recurrence after surgery is in question",
    ),
    Fact("scoliosis", PATIENT, "there is scoliosis", ("MRI 14",), denial="there is no scoliosis"),
    Fact(
        "scoliosis_atypical_curve",
        PATIENT,
        "the curve of the scoliosis is atypical",
        ("MRI 14.b",),
        denial="the curve of the scoliosis is not atypical",
    ),
    Fact(
        "scoliosis_neuro_deficit",
        EVENT,
        "a neurological deficit with scoliosis is new or unexplained",
        ("MRI 14.c",),
        denial="no neurological deficit with scoliosis is new or unexplained",
    ),
    Fact(
        "preoperative_planning",
        EVENT,
        "an operation is being planned",
        ("MRI 14.d",),
        denial="no operation is being planned",
    ),
    Fact(
        "spinal_deformity_progressive",
        EVENT,
        "the deformity of the spine is progressing",
        ("MRI 14.e",),
        denial="the deformity of the spine is not progressing",
    ),
    Fact(
        "treatment_depends_on_imaging",
        EVENT,
        "the treatment depends on the imaging",
        ("MRI 14.f", _CT_AND_MRI),
        denial="the treatment does not depend on the imaging",
    ),
    Fact(
        "syrinx_suspected_or_known",
        PATIENT,
        "a syrinx is suspected or known",
        ("MRI 15",),
        denial="no syrinx is suspected or known",
    ),
    Fact(
        "syrinx_predisposing_condition",
        PATIENT,
        "a condition that predisposes to a syrinx is known",
        ("MRI 15.a",),
        denial="no condition that predisposes to a syrinx is known",
    ),
    Fact(
        "prior_syrinx_imaging_abnormal",
        EVENT,
        "earlier imaging of the syrinx is abnormal",
        ("MRI 15.b",),
        denial="earlier imaging of the syrinx is not abnormal",
    ),
    Fact(
        "tethered_cord_suspected_or_known",
        PATIENT,
        (
            "a tethered cord or spinal dysraphism is suspected or known from imaging, examination or high-risk "
            "signs of the skin"
        ),
        ("MRI 16",),
        denial="neither imaging nor examination nor the skin points to a tethered cord or spinal dysraphism",
    ),
    Fact(
        "toe_walking", EVENT, "the child walks on the toes", ("MRI 17",), denial="the child does not walk on the toes"
    ),
    Fact(
        "upper_motor_neuron_signs",
        EVENT,
        "there are signs of the upper motor neuron",
        ("MRI 17",),
        denial="there are no signs of the upper motor neuron",
    ),
    Fact(
        "nexus_or_ccr_met",
        EVENT,
        "the NEXUS or Canadian rules ask for imaging after the injury",
        ("MRI 18.a", _CT_AND_MRI),
        denial="neither the NEXUS nor the Canadian rules ask for imaging after the injury",
    ),
    Fact(
        "ct_initial_done",
        EVENT,
        "a CT was done as the first imaging",
        ("MRI 18.a.i",),
        denial="no CT was done as the first imaging",
    ),
    Fact(
        "obtunded", EVENT, "the patient is obtunded", ("MRI 18.a.ii", _CT_AND_MRI), denial="the patient is not obtunded"
    ),
    Fact(
        "ct_negative",
        EVENT,
        "the CT is negative",
        ("MRI 18.a.ii", "MRI 18.a.iv", _CT_AND_MRI),
        denial="the CT is not negative",
    ),
    Fact(
        "spine_unstable",
        EVENT,
        "the spine is unstable",
        ("MRI 18.a.iii", _CT_AND_MRI),
        denial="the spine is not unstable",
    ),
    Fact(
        "cord_or_root_injury_suspected",
        EVENT,
        "an injury of the cord or a nerve root is suspected",
        ("MRI 18.a.iv", _CT_AND_MRI),
        denial="no injury of the cord or a nerve root is suspected",
    ),
    Fact(
        "trauma",
        EVENT,
        "there was trauma or an acute injury",
        ("MRI 18", _CT_AND_MRI),
        denial="there was neither trauma nor an acute injury",
    ),
    Fact(
        "spinal_abnormality_known",
        PATIENT,
        "an abnormality of the spine such as ankylosing spondylitis is known",
        ("MRI 18.b", _CT_AND_MRI),
        denial="no abnormality of the spine such as ankylosing spondylitis is known",
    ),
)
