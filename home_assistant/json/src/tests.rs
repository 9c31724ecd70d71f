//! The reader as a whole, over sources that give as little as a byte at a time: that puts the end of the window everywhere.

use std::io::{self, Read};

use super::*;

/// Gives at most `step` bytes at a time.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let step = self.1.min(buffer.len());
        self.0.read(buffer.get_mut(..step).unwrap_or_default())
    }
}

/// The same for every step.
fn each_way<T: PartialEq + core::fmt::Debug>(
    bytes: &[u8],
    read: impl Fn(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<T, String> {
    let ways = [usize::MAX, 1, 2, 3, 7, 8, 9].map(|step| {
        let mut source = Trickle(bytes, step);
        let mut json = Reader::new(&mut source);
        read(&mut json).and_then(|value| json.end().map(|()| value)).map_err(|error| error.to_string())
    });
    assert!(ways.iter().all(|way| *way == ways[0]), "{:?}: {ways:?}", String::from_utf8_lossy(bytes));
    ways.into_iter().next().unwrap()
}

#[test]
fn skips_what_is_json_and_finds_what_is_cut_off() {
    for json in [
        "0",
        "-1.5e+10",
        "true",
        "false",
        "null",
        r#""""#,
        r#""a\"b\\""#,
        r#""\\\\\"\u0022""#,
        "[]",
        "{}",
        "[[[]]]",
        r#"[1,"]",{"}":"{"},[]]"#,
        r#"{"a":{"b":[null,true,"\\"]},"c":"d"}"#,
        "\"\u{1f600} é\"",
        " \r\n\t[ 1 , 2 ]                          ",
    ] {
        assert_eq!(each_way(json.as_bytes(), |json| json.skip()), Ok(()), "{json}");
        let solid = json.trim();
        for end in 0..solid.len() {
            let cut = &solid.as_bytes()[..end];
            let number = cut.first().is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9'));
            assert_eq!(each_way(cut, |json| json.skip()).is_err(), !number, "{json} cut at {end}");
        }
    }
    assert_eq!(each_way(b"\"\xff\xfe\"", |json| json.skip()), Ok(()), "what is skipped need not be UTF-8");
}

#[test]
fn tells_what_is_no_json() {
    for (bytes, expected) in [
        (&b"\xef\xbb\xbf{}"[..], "no JSON at byte 0"),
        (b"", "it ends too early"),
        (b"  ", "it ends too early"),
        (b"nil", "no JSON at byte 1"),
        (b"True", "no JSON at byte 0"),
        (b"nulll", "no JSON at byte 4"),
        (b"{}{}", "no JSON at byte 2"),
        (b"1 2", "no JSON at byte 2"),
        (b"\0", "no JSON at byte 0"),
        (b"'a'", "no JSON at byte 0"),
        (b"]", "no JSON at byte 0"),
    ] {
        assert_eq!(each_way(bytes, |json| json.skip()), Err(expected.to_owned()), "{bytes:?}");
    }
}

#[test]
fn walks() {
    let walk = |json: &mut Reader<'_>| {
        let mut seen = Vec::new();
        json.begin_object()?;
        while let Some(key) = json.next_key(&["list", "text", "flag", "null", "number"])? {
            let value = match key {
                "text" => format!("{:?}", json.text()?),
                "flag" => json.flag()?.to_string(),
                "null" => json.null()?.to_string(),
                "number" => format!("{:?}", json.integer()?),
                _ => {
                    let mut items = 0;
                    json.begin_array()?;
                    while json.next_item()? {
                        items += 1;
                        json.skip()?;
                    }
                    items.to_string()
                }
            };
            seen.push(format!("{key} {value}"));
        }
        Ok(seen.join(", "))
    };
    for (json, expected) in [
        ("{}", Ok("")),
        (r#"{"other":{"list":[1]},"list":[],"list":[1,[2],{"a":3}]}"#, Ok("list 0, list 3")),
        (
            r#"{"text":"a","flag":true,"flag":false,"null":null,"null":0,"number":7}"#,
            Ok(r#"text Some("a"), flag true, flag false, null true, null false, number Some(7)"#),
        ),
        ("\n{ \"te\\u0078t\"\t:\r\n \"a\" , \"x\" : 1 }", Ok(r#"text Some("a")"#)),
        (r#"{"text":1,"text":null,"text":{"text":2}}"#, Ok("text None, text None, text None")),
        (
            r#"{"number":-1,"number":1.0,"number":1e2,"number":18446744073709551616,"number":18446744073709551615,"number":"1"}"#,
            Ok("number None, number None, number None, number None, number Some(18446744073709551615), number None"),
        ),
        (r#"{"text":"a",}"#, Err("no JSON at byte 12")),
        (r#"{,"text":"a"}"#, Err("no JSON at byte 1")),
        (r#"{"text":"a" "x":1}"#, Err("no JSON at byte 12")),
        (r#"{"text","a"}"#, Err("no JSON at byte 7")),
        (r#"{"list":[1,]}"#, Err("no JSON at byte 11")),
        (r#"{"list":[1 2]}"#, Err("no JSON at byte 11")),
        (r#"{"list":[1}"#, Err("no JSON at byte 10")),
        (r#"{"list":{}}"#, Err("an array is missing at byte 8")),
        (r#"{"flag":"true"}"#, Err("true or false is missing at byte 8")),
        (r#"{"flag":"true"#, Err("it ends too early")),
        (r#"{"x":}"#, Err("no JSON at byte 5")),
        (r#"{x:1}"#, Err("no JSON at byte 1")),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(each_way(json.as_bytes(), walk), expected, "{json}");
    }
}

/// What `a` and the `b` in `inside` have, in every object of a list.
fn all_of(json: &mut Reader<'_>) -> Result<String, Error> {
    let mut seen = String::new();
    json.begin_array()?;
    while json.next_item()? {
        json.begin_object()?;
        while let Some(key) = json.next_key(&["a", "inside"])? {
            if key == "a" {
                seen += json.text()?.unwrap_or("-");
                continue;
            }
            json.begin_object()?;
            while json.next_key(&["b"])?.is_some() {
                seen += json.text()?.unwrap_or("-");
            }
        }
        seen.push(' ');
    }
    Ok(seen)
}

/// What is expected from the objects before must not change what is found.
#[test]
fn habits_do_no_harm() {
    let same = r#"{"x":null,"a":"1","y":[2],"inside":{"b":"3","c":4},"z":"z"},"#.repeat(3);
    for (last, expected) in [
        (r#"{"x":null,"a":"5","y":[2],"inside":{"b":"6","c":4},"z":"z"}"#, Ok("13 13 13 56 ")),
        (r#"{"a":"5","x":null,"inside":{"c":4,"b":"6"},"y":[2],"a":"7"}"#, Ok("13 13 13 567 ")),
        (r#"{"x":"nul\\\"l","a" :"5", "y":[2,"]"],"inside":{},"z":{"b":"no"}}"#, Ok("13 13 13 5 ")),
        (r#"{"x":null,"aa":"no","y":[2],"inside_":{"b":"no"},"z":"z","inside":{"b":"6"}}"#, Ok("13 13 13 6 ")),
        (r#"{"inside":{"b":"1"},"inside":{"b":"2"},"inside":{}}"#, Ok("13 13 13 12 ")),
        (r#"{}"#, Ok("13 13 13  ")),
        (r#"{"x":null"a":"5"}"#, Err("no JSON at byte 190")),
        (r#"{"inside":{}"x":1}"#, Err("no JSON at byte 193")),
        (r#"{"inside":{"b":"1"}"z":"z"}"#, Err("no JSON at byte 200")),
        (r#"{,"x":null}"#, Err("no JSON at byte 182")),
        (r#"{"x":null,"a":"5","y":[2],"#, Err("no JSON at byte 207")),
    ] {
        let file = format!("[{same}{last}]");
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(each_way(file.as_bytes(), all_of), expected, "{last}");
    }
    let long_keys = format!(r#"{{"{0}":1,"a":"2","{0}":3}},"#, "k".repeat(70)).repeat(3);
    let many_keys = (0..60).map(|number| format!(r#""k{number}":{number},"#)).collect::<String>();
    for (file, expected) in [
        (format!("[{long_keys}{{}}]"), "2 2 2  "),
        (format!(r#"[{{{many_keys}"a":"1"}},{{{many_keys}"a":"2"}}]"#), "1 2 "),
        (format!("[{}{{}}]", r#"{ "x" : 1 ,    "a"     :         "2"}, "#.repeat(3)), "2 2 2  "),
        (format!("[{}{{}}]", "{\n    \"x\": 1,\n    \"a\": \"2\"\n},".repeat(3)), "2 2 2  "),
    ] {
        assert_eq!(each_way(file.as_bytes(), all_of).as_deref(), Ok(expected), "{file}");
    }
}

/// Members with short values are known together: each of them, and each way in which one may be another, once.
#[test]
fn runs_of_short_values() {
    let values =
        ["null", "true", "false", "[]", "{}", "0", r#""""#, r#""s""#, r#"[{"a":"no"}]"#, "nul", "[ ]", "null "];
    let is_json = |value: &str| value != "nul";
    let entry = |values: &[&str; 5]| {
        let [v, w, x, y, z] = values;
        format!(r#"{{"v":{v},"w":{w},"x":{x},"a":"1","y":{y},"z":{z},"inside":{{"b":"2"}},"last":null}}"#)
    };
    let usual = ["null", "{}", "true", "[]", "null"];
    for place in 0..usual.len() {
        for value in values {
            let mut other = usual;
            other[place] = value;
            let file = [&usual, &usual, &other, &usual, &other, &other, &usual].map(entry).join(",");
            let read = each_way(format!("[{file}]").as_bytes(), all_of);
            assert_eq!(read.is_ok(), is_json(value), "{file}");
            if let Ok(read) = read {
                assert_eq!(read, "12 ".repeat(7), "{file}");
            }
        }
    }
}

#[test]
fn texts_are_as_they_are_meant_or_none() {
    let longest = format!("\"{}\"", "x".repeat(255));
    let too_long = format!("\"{}\"", "x".repeat(256));
    let escaped = format!("\"{}\"", "\\u00e9".repeat(127));
    let escaped_too_long = format!("\"{}\"", "\\u00e9".repeat(128));
    let cases: [(&[u8], Option<&str>); 16] = [
        (br#""""#, Some("")),
        ("\"Küche 客厅 😀\"".as_bytes(), Some("Küche 客厅 😀")),
        (br#""\"\\\/\b\f\n\r\t\u0000\u00E9\u20ac\ud83d\ude00""#, Some("\"\\/\u{8}\u{c}\n\r\t\0é€😀")),
        (longest.as_bytes(), Some(longest.trim_matches('"'))),
        (too_long.as_bytes(), None),
        (escaped.as_bytes(), Some(&"é".repeat(127))),
        (escaped_too_long.as_bytes(), None),
        (b"\"a\xffb\"", None),
        (b"\"a\\n\xffb\"", None),
        (br#""\ud83d""#, None),
        (br#""\ude00\ud83d""#, None),
        (br#""\ud83dx""#, None),
        (br#""\ud83d\n""#, None),
        (br#""\ud83d\ud83d\ude00""#, None),
        (br#""\ud83d\u0041 \" \\""#, None),
        (b"null", None),
    ];
    for (json, expected) in cases {
        let read = each_way(json, |json| Ok(json.text()?.map(str::to_owned)));
        assert_eq!(read, Ok(expected.map(str::to_owned)), "{}", String::from_utf8_lossy(json));
    }
    for (json, expected) in
        [(r#""\x""#, "no JSON at byte 3"), (r#""\u12g4""#, "no JSON at byte 6"), (r#""\u12"#, "it ends too early")]
    {
        let read = each_way(json.as_bytes(), |json| Ok(json.text()?.map(str::to_owned)));
        assert_eq!(read, Err(expected.to_owned()), "{json}");
    }
}

#[test]
fn a_source_that_fails() {
    struct Broken(u8);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(io::ErrorKind::Interrupted.into()),
                2 => (&b"[1,"[..]).read(buffer),
                _ => Err(io::ErrorKind::PermissionDenied.into()),
            }
        }
    }
    let mut source = Broken(0);
    let error = Reader::new(&mut source).skip().unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
}

/// An object that is told at a glance is not walked a second time, whatever its layout.
#[test]
fn an_object_in_any_layout_is_told_at_a_glance() {
    for json in [
        r#"{"a":1,"b":"x","c":{"d":[1,"}"]},"e":null}"#,
        "{\"a\": 1, \"b\": \"x\", \"c\": {}, \"e\": null }",
        "{\n  \"a\": 1,\n  \"b\": \"x\",\n  \"c\": {\n    \"d\": [\n      1,\n      \"}\"\n    ]\n  },\n  \"e\": null\n}",
        "{\r\n\t\"a\":\t1,\r\n\t\"b\":\t\"x\",\r\n\t\"c\":\t{\r\n\t\t\"d\":\t[]\r\n\t},\r\n\t\"e\":\tnull\r\n}",
    ] {
        // The glance compares blocks, so it wants some bytes behind the object.
        let all = format!("{json}{:100}", "");
        let mut source = all.as_bytes();
        let mut reader = Reader::new(&mut source);
        let found = reader.object(&["b", "e", "z"]).unwrap();
        assert!(matches!(found, Some([Glimpse::Text(b"x"), Glimpse::Null, Glimpse::Nothing])), "{json}: {found:?}");
        reader.end().unwrap();
    }
}
