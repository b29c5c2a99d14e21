"""Files of a site's own codes: a CSV of codes and what they mean."""

import pytest

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.code_file import read_codes_file

READ = (
    # the file, what it means, why
    (b"code,study\nR1,MRI brain\n", {"R1": "MRI brain"}, "procedures"),
    (b"protocol,name,code\nbone.chordoma,Chordoma,C41.0\n", {"C41.0": "bone.chordoma"}, "diagnoses, in any order"),
    (b"code,means\n R1 , no imaging \n", {"R1": "no imaging"}, "blanks around"),
    (b"code,study\nR1,\nR2\n", {"R1": "", "R2": ""}, "nothing is known of a code"),
    (b"code,study\nR1,CT chest\nR1,CT chest\n", {"R1": "CT chest"}, "the same twice"),
    (b"\xef\xbb\xbfcode,study\r\nR1,CT chest\r\n", {"R1": "CT chest"}, "as a spreadsheet writes it"),
    (b"code,study\n", {}, "no code yet"),
)
REFUSED = (
    (b"", "needs a column 'code', and a column 'study' or 'protocol'", "an empty file"),
    (b"code,name\nR1,x\n", "needs a column 'code', and a column 'study' or 'protocol'", "no meaning"),
    (b"key,study\nR1,x\n", "needs a column 'code', and a column 'study' or 'protocol'", "no code"),
    (b"code,study\nR1,x\n,y\n", "line 3 has no code; give it, or remove the line", "a line without a code"),
    (b"code,study\nR1,x\nR1,y\n", "line 3: the code stands twice with different meanings; keep one", "a contradiction"),
    (b"code,study\nR\xfc,x\n", "is no CSV in UTF-8; save it as CSV UTF-8", "another encoding"),
    (b'code,study\n"R1,x\n', "is no CSV in UTF-8; save it as CSV UTF-8", "a stray quote"),
)


@pytest.mark.parametrize(("content", "codes", "why"), READ, ids=[why for *_, why in READ])
def test_the_codes_of_a_file_are_read(tmp_path, content, codes, why):
    (tmp_path / "codes.csv").write_bytes(content)
    assert read_codes_file(tmp_path / "codes.csv") == codes, why


@pytest.mark.parametrize(("content", "said", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_a_file_of_codes_that_cannot_be_read_is_refused(tmp_path, content, said, why):
    (tmp_path / "codes.csv").write_bytes(content)
    with pytest.raises(FileError) as refused:
        read_codes_file(tmp_path / "codes.csv")
    assert str(refused.value).endswith(said), why
