"""The template as written, and as CloudFormation gets it once SAM has translated it."""

import copy
from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root directory."""
    return ROOT


@pytest.fixture(scope="session")
def written() -> dict[str, Any]:
    """template.yaml with its short tags (`!Ref`) spelt out as CloudFormation's JSON does."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="session")
def functions(written: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Logical id -> properties of each function, as written."""
    return {
        name: resource["Properties"]
        for name, resource in written["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


@pytest.fixture(scope="session")
def resources(written: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Logical id -> resource after translation: what would really be created."""
    source = copy.deepcopy(written)
    # The translator only takes code that was uploaded; where to does not matter here.
    source["Globals"]["Function"]["CodeUri"] = "s3://artifacts/functions.zip"
    defaults = {name: parameter["Default"] for name, parameter in source["Parameters"].items()}
    translator = Translator({}, Parser(), boto_session=boto3.session.Session(region_name="us-east-1"))
    translated: dict[str, Any] = translator.translate(source, defaults)
    by_id: dict[str, dict[str, Any]] = translated["Resources"]
    return by_id
