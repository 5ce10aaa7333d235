"""What pydicom makes of DICOM files: python read.py FILE..., one JSON object a line, by keyword of the element.

With --sr highdicom reads them as structured reports instead: findings, measurements, sources and algorithm of each
group; with --regions the lines of its regions. With --names pydicom's own files in many character sets: the path of each with the patient's name in it.
"""

import json
import sys

import pydicom


def describe(path):
    dataset = pydicom.dcmread(path)
    return {
        **{e.keyword: str(e.value) for e in dataset if e.VR != "SQ" and e.keyword != "PixelData"},
        "TransferSyntax": dataset.file_meta.TransferSyntaxUID,
        "Pixels": dataset.pixel_array.tolist() if "PixelData" in dataset else None,
    }


def describe_report(path):
    import highdicom

    report = highdicom.sr.srread(path)
    return [
        {
            "finding": group.finding_type.meaning,
            "sources": [image.referenced_sop_instance_uid for image in group.source_images],
            "measurements": {m.name.meaning: [m.value, m.unit.value] for m in group.get_measurements()},
            "observer": [c.observer_identifying_attributes.name for c in report.content.get_observer_contexts()],
            "texts": [
                [item.ConceptNameCodeSequence[0].CodeMeaning, item.TextValue]
                for item in group[0].ContentSequence
                if "TextValue" in item
            ],
        }
        for group in report.content.get_image_measurement_groups()
    ]


def describe_regions(path):
    import highdicom

    report = highdicom.sr.srread(path)
    return [
        {
            "identifier": group.tracking_identifier,
            "type": group.roi.graphic_type.value,
            "points": group.roi.value.tolist(),
            "sources": [
                item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in group.roi.ContentSequence
            ],
        }
        for group in report.content.get_planar_roi_measurement_groups()
    ]


def list_names():
    from pydicom.data import get_charset_files

    for path in get_charset_files("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.decode()
        if "PatientName" in dataset:
            print(json.dumps([path, str(dataset.PatientName)]))


if sys.argv[1] == "--names":
    list_names()
elif sys.argv[1] == "--regions":
    print(json.dumps(describe_regions(sys.argv[2])))
elif sys.argv[1] == "--sr":
    print(json.dumps(describe_report(sys.argv[2])))
else:
    print(json.dumps(describe(sys.argv[1])))
