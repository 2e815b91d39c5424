"""Full postcodes from Code-Point Open and the ONS Postcode Directory, on both databases."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.base.clock import StoppedClock
from bot.base.db import Database
from bot.base.errors import ContentError
from bot.directory.directory import Directory
from bot.directory.geography import distance_km
from bot.directory.model import Point
from bot.directory.postcodes.grid import to_point
from bot.directory.postcodes.read import read_postcodes
from bot.directory.postcodes.store import has_postcodes

BS5 = Path(__file__).parent / "geo" / "codepoint_open_BS5.csv"


@pytest.mark.parametrize(
    ("easting", "northing", "latitude", "longitude"),
    [
        (529090, 179645, 51.501009, -0.141588),  # SW1A 1AA, as ONS publishes it
        (651409.903, 313177.270, 52.657977, 1.716038),  # the worked example of the Ordnance Survey's guide, Caister
    ],
)
def test_grid_references_become_points(easting: float, northing: float, latitude: float, longitude: float) -> None:
    assert distance_km(to_point(easting, northing), Point(latitude, longitude)) < 0.1
    found = to_point(easting, northing)
    assert found.latitude == pytest.approx(latitude, abs=0.0001)
    assert found.longitude == pytest.approx(longitude, abs=0.0001)


@pytest.fixture
def directory(each_database: Database, clock: StoppedClock, content: Path) -> Directory:
    return Directory(each_database, clock, content)


def test_a_full_postcode_is_where_it_is_once_they_are_installed(directory: Directory) -> None:
    before = directory.place("BS5 0AA").point
    assert directory.import_postcodes(BS5) > 1000
    after = directory.place("bs50aa").point
    assert distance_km(after, Point(51.4563, -2.5690)) <= 0.2
    assert distance_km(before, after) > 0.3
    assert directory.place("BS5").point == before
    assert directory.place("BS5 9ZZ").point == before  # not in the list, and still a place


def test_they_can_be_imported_again(directory: Directory) -> None:
    first = directory.import_postcodes(BS5)
    assert directory.import_postcodes(BS5) == first


def test_a_zip_and_a_folder_read_the_same(tmp_path: Path) -> None:
    archive = tmp_path / "codepo_gb.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.write(BS5, "Data/CSV/bs.csv")
        written.writestr("Doc/Code-Point_Open_Column_Headers.csv", "PC,PQ,EA,NO\nPostcode,Quality,Eastings,Northings\n")
    folder = tmp_path / "folder" / "Data"
    folder.mkdir(parents=True)
    (folder / "bs.csv").write_bytes(BS5.read_bytes())
    assert list(read_postcodes(archive)) == list(read_postcodes(folder)) == list(read_postcodes(BS5))


def test_the_postcode_directory_without_those_that_have_gone(tmp_path: Path) -> None:
    path = tmp_path / "onspd.csv"
    path.write_text(
        "pcd,pcds,dointr,doterm,lat,long\n"
        '"SW1A1AA","SW1A 1AA","198001","",51.501009,-0.141588\n'
        '"SW1A1AB","SW1A 1AB","198001","201012",51.5,-0.14\n'
        '"GY1 1AA","GY1 1AA","198001","",99.999999,0.000000\n'
        '"rubbish"\n'
    )
    assert list(read_postcodes(path)) == [("SW1A 1AA", Point(51.501009, -0.141588))]


def test_a_table_of_eastings_and_northings(tmp_path: Path) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_text("pcd,laua,easting,northing\nSW1A1AA,E09000033,529090,179645\nGY1 1AA,L99999999,,\nBS1 1AD,E06000023,0,0\n")
    ((postcode, point),) = read_postcodes(path)
    assert postcode == "SW1A 1AA"
    assert (point.latitude, point.longitude) == pytest.approx((51.501009, -0.141588), abs=1e-5)


@pytest.mark.parametrize("text", ["", "<html>", "a,b\n", '"BS5 0AA",90,0,0,"E"\n'])
def test_what_is_no_list_of_postcodes_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(ContentError):
        list(read_postcodes(path))
    with pytest.raises(ContentError, match="no such file"):
        list(read_postcodes(tmp_path / "none"))


def damaged_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr(
            "Data/CSV/bs.csv", BS5.read_text() + "".join(f'"BS5 {n % 10}ZZ",10,36{n % 10}000,17{n % 10}000\n' for n in range(20_000))
        )
    whole = bytearray(path.read_bytes())
    whole[300:500] = bytes(200)
    path.write_bytes(whole)


def zip_with_a_password(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("bs.csv", BS5.read_text())
    locked = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    path.write_bytes(locked)


DAMAGED: dict[str, Callable[[Path], object]] = {
    "damaged.zip": damaged_zip,
    "password.zip": zip_with_a_password,
    "overlong.csv": lambda path: path.write_text('"BS5 0AA",10,360000,170000\n"' + "x" * 200_000 + '",1,2,3\n'),
    "nul.csv": lambda path: path.write_bytes(b'"BS5 0AA",10,360000,170000\n\0\0,1,2,3\n'),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_said_to_be_damaged_and_nothing_of_it_is_kept(directory: Directory, tmp_path: Path, name: str) -> None:
    DAMAGED[name](tmp_path / name)
    with pytest.raises(ContentError, match="it is damaged"):
        directory.import_postcodes(tmp_path / name)
    with directory._database.session() as session:
        assert not has_postcodes(session)


def test_what_lies_on_no_map_is_passed_over(tmp_path: Path) -> None:
    grid, globe, table = (tmp_path / name for name in ("grid.csv", "globe.csv", "table.csv"))
    grid.write_text('"BS5 0AA",10,360000,99999999999999999\n"BS5 0AB",10,-5,170000\n"BS5 0AE",10,360000,170000\n')
    globe.write_text("pcds,lat,long\nBS5 0AA,nan,nan\nBS5 0AB,-inf,0\nBS5 0AD,51.4,inf\nBS5 0AE,51,0\n")
    table.write_text("pcd,easting,northing\nBS5 0AA,inf,170000\nBS5 0AB,360000,1e300\nBS5 0AE,360000,170000\n")
    for path in (grid, globe, table):
        assert [postcode for postcode, _point in read_postcodes(path)] == ["BS5 0AE"], path.name
