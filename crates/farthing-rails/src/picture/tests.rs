use std::io::Cursor;
use std::str::FromStr;

use cdk::nuts::{CurrencyUnit, Proof, PublicKey, Token};
use cdk::secret::Secret;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::{
    AnimationDecoder, DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, ImageFormat, Luma,
    Rgba, RgbaImage, imageops,
};
use proptest::prelude::*;

use super::*;

fn token_of(coins: usize) -> String {
    let proofs = (0..coins)
        .map(|n| {
            Proof::new(
                4.into(),
                cdk::nuts::Id::from_str("009a1f293253e41e").unwrap(),
                Secret::new(format!("{n:064x}")),
                PublicKey::from_hex(
                    "02bc9097997d81afb2cc7346b5e4345a9346bd2a506eb7958598a72f0cf85163ea",
                )
                .unwrap(),
            )
        })
        .collect();
    Token::new(
        "https://issuer.example".parse().unwrap(),
        proofs,
        None,
        CurrencyUnit::Sat,
    )
    .to_string()
}

fn grey(text: &str) -> GrayImage {
    image::load_from_memory(&qr_png(text).unwrap())
        .unwrap()
        .into_luma8()
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn png_of(picture: GrayImage) -> Vec<u8> {
    png(&DynamicImage::ImageLuma8(picture))
}

fn jpeg(picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            ExtendedColorType::L8,
        )
        .unwrap();
    bytes
}

/// The same noise every time.
fn noise(seed: u32) -> impl FnMut() -> u8 {
    let mut state = seed | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    }
}

#[test]
fn a_code_is_read_whichever_way_up_it_lies() {
    let text = "https://shop.example/pay?order=7";
    let upright = grey(text);
    for turned in [
        imageops::rotate90(&upright),
        imageops::rotate180(&upright),
        imageops::rotate270(&upright),
        upright,
    ] {
        assert_eq!(read_picture(&png_of(turned)).unwrap(), [text]);
    }
}

#[test]
fn pictures_of_every_usual_kind_are_read() {
    let text = "https://shop.example/pay?order=7";
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
    ] {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(grey(text)).into_rgb8())
            .write_to(&mut bytes, format)
            .unwrap();
        assert_eq!(
            read_picture(&bytes.into_inner()).unwrap(),
            [text],
            "{format:?}"
        );
    }
}

#[test]
fn a_noisy_photo_of_a_code_is_read() {
    let text = "cashu:creqApWF0gaNhdGVub3N0cmFheKlucHJvZmlsZTFxeTI4d3VtbjhnaGo3dW45ZDNzaGp0bnl2OWtoMnVld2Q5aHN6OW1od2RlbjV0ZTB3";
    let mut random = noise(7);
    let mut photo = GrayImage::from_pixel(1_700, 1_300, Luma([180]));
    imageops::replace(&mut photo, &grey(text), 431, 207);
    for pixel in photo.pixels_mut() {
        let Luma([light]) = *pixel;
        // Greyish, with up to 40 of noise each way.
        let base = 40 + i32::from(light) * 170 / 255;
        *pixel = Luma([(base + i32::from(random()) % 80 - 40).clamp(0, 255) as u8]);
    }
    let photo = imageops::blur(&photo, 1.0);
    for quality in [90, 50, 25] {
        assert_eq!(
            read_picture(&jpeg(&photo, quality)).unwrap(),
            [text],
            "quality {quality}"
        );
    }
}

#[test]
fn all_codes_on_one_sheet_are_found() {
    let texts = [
        "first@example.com",
        "second@example.com",
        "third@example.com",
        "https://example.com/4",
    ];
    let mut sheet = GrayImage::from_pixel(1_800, 1_800, Luma([255]));
    for (number, text) in texts.iter().enumerate() {
        let code = imageops::resize(&grey(text), 700, 700, imageops::FilterType::Triangle);
        let (x, y) = (
            (number as i64 % 2) * 900 + 50,
            (number as i64 / 2) * 900 + 50,
        );
        imageops::replace(&mut sheet, &code, x, y);
    }
    let mut found = read_picture(&png_of(sheet)).unwrap();
    found.sort();
    let mut expected = texts.map(str::to_owned);
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_small_code_in_a_large_photo_is_found() {
    let text = "ada@example.com";
    let mut photo = GrayImage::from_pixel(3_600, 2_700, Luma([230]));
    let code = imageops::resize(&grey(text), 120, 120, imageops::FilterType::Triangle);
    imageops::replace(&mut photo, &code, 3_000, 2_000);
    assert_eq!(read_picture(&jpeg(&photo, 80)).unwrap(), [text]);
}

#[test]
fn codes_of_unusual_looks_are_read() {
    let text = "https://shop.example/7";
    let code = grey(text);
    let mut inverted = code.clone();
    imageops::invert(&mut inverted);
    assert_eq!(
        read_picture(&png_of(inverted)).unwrap(),
        [text],
        "light on dark"
    );

    let (width, height) = code.dimensions();
    let transparent = RgbaImage::from_fn(width, height, |x, y| {
        // Black ink on nothing; the nothing is black too, but see-through.
        Rgba([0, 0, 0, 255 - code.get_pixel(x, y).0[0]])
    });
    assert_eq!(
        read_picture(&png(&DynamicImage::ImageRgba8(transparent))).unwrap(),
        [text],
        "on transparent paper"
    );

    let modules = width / (width / 33).max(1);
    assert!(modules > 20);
    let tiny = imageops::resize(
        &code,
        width / 12,
        height / 12,
        imageops::FilterType::Nearest,
    );
    assert_eq!(
        read_picture(&png_of(tiny)).unwrap(),
        [text],
        "one pixel a module"
    );

    let margin = 4 * 12;
    let cropped = imageops::crop_imm(
        &code,
        margin,
        margin,
        width - 2 * margin,
        height - 2 * margin,
    )
    .to_image();
    assert_eq!(
        read_picture(&png_of(cropped)).unwrap(),
        [text],
        "without its quiet zone"
    );
}

#[test]
fn a_picture_without_a_code_says_so() {
    let mut random = noise(3);
    let empty = GrayImage::from_pixel(300, 200, Luma([255]));
    let snow = GrayImage::from_fn(300, 300, |_, _| Luma([random()]));
    for picture in [empty, snow, GrayImage::new(1, 1)] {
        assert_eq!(read_picture(&png_of(picture)), Err(PictureError::NoCode));
    }
}

#[test]
fn a_picture_crowded_with_corners_of_codes_is_given_up() {
    // One finder pattern beside the other: comparing them all with each other takes minutes.
    let light = |x: u32, y: u32| {
        let ring = (i64::from(x % 9) - 3)
            .abs()
            .max((i64::from(y % 9) - 3).abs());
        ring == 2 || ring > 3
    };
    let grid = GrayImage::from_fn(1_600, 1_600, |x, y| Luma([u8::from(light(x, y)) * 255]));
    assert_eq!(read_picture(&png_of(grid)), Err(PictureError::NoCode));
}

#[test]
fn a_header_that_claims_a_huge_picture_is_refused_before_anything_is_allocated() {
    let mut bomb = png_of(GrayImage::new(8, 8));
    // IHDR: length and name, then width and height; the checksum over them must hold.
    bomb[16..20].copy_from_slice(&60_000u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000u32.to_be_bytes());
    let sum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(
        read_picture(&bomb),
        Err(PictureError::TooManyPixels { max: MAX_PIXELS })
    );

    let mut gif = b"GIF89a".to_vec();
    gif.extend([0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    gif.extend([
        0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, 0x4c, 1, 0, 0x3b,
    ]);
    assert_eq!(
        read_picture(&gif),
        Err(PictureError::TooManyPixels { max: MAX_PIXELS })
    );
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1))
        })
    })
}

#[test]
fn an_animation_whose_small_frames_add_up_is_refused() {
    // 3,000 × 3,000 pixels, forty frames of one pixel each: every frame still costs a whole picture.
    let side = 3_000u16.to_le_bytes();
    let mut gif = b"GIF89a".to_vec();
    gif.extend([
        side[0], side[1], side[0], side[1], 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
    ]);
    for _ in 0..40 {
        gif.extend([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0]);
    }
    gif.push(0x3b);
    assert_eq!(
        read_picture(&gif),
        Err(PictureError::TooManyFrames { max: 33 })
    );
}

#[test]
fn files_that_are_too_large_or_no_pictures_are_refused() {
    let large = vec![0; MAX_PICTURE_BYTES + 1];
    assert_eq!(
        read_picture(&large),
        Err(PictureError::TooManyBytes {
            max: MAX_PICTURE_BYTES
        })
    );
    for bytes in [
        &b""[..],
        b"hello",
        b"%PDF-1.7",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"<svg/>",
    ] {
        assert_eq!(read_picture(bytes), Err(PictureError::UnknownFormat));
    }
    // The beginning of one that is read.
    let webp = b"RIFF\x24\0\0\0WEBPVP8 ";
    assert_eq!(read_picture(webp), Err(PictureError::Damaged));
}

#[test]
fn a_truncated_picture_is_damaged_wherever_it_ends() {
    let whole = qr_png("https://shop.example/7").unwrap();
    for end in (8..whole.len() - 24).step_by(7) {
        let read = read_picture(&whole[..end]);
        assert_eq!(read, Err(PictureError::Damaged), "cut at {end}");
    }
}

#[test]
fn a_long_token_comes_back_from_its_animation() {
    let token = token_of(24);
    assert!(needs_animation(&token));
    let gif = animated_gif(&token).unwrap();
    assert_eq!(read_picture(&gif).unwrap(), [token.as_str()]);

    // A camera that misses every third frame and starts in the middle.
    let frames = GifDecoder::new(Cursor::new(&gif))
        .unwrap()
        .into_frames()
        .collect_frames()
        .unwrap();
    let greys = frames
        .into_iter()
        .map(|frame| DynamicImage::ImageRgba8(frame.into_buffer()).into_luma8());
    let greys = greys.collect::<Vec<_>>();
    let start = greys.len() / 2;
    let mut camera = Frames::new();
    let mut last = Seen::Nothing;
    for (number, frame) in greys
        .iter()
        .cycle()
        .skip(start)
        .take(greys.len() * 4)
        .enumerate()
    {
        if number % 3 == 0 {
            continue;
        }
        last = camera
            .look(frame.as_raw(), frame.width(), frame.height())
            .unwrap();
        match &last {
            Seen::Part { have, of } => assert!(have <= of && *of > 3),
            Seen::Token(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(last, Seen::Token(token));
}

#[test]
fn an_animation_that_lacks_parts_says_how_many() {
    let token = Token::from_str(&token_of(24)).unwrap();
    let part = token.ur_encoder(100).unwrap().next_part().unwrap();
    let read = read_picture(&qr_png(&part).unwrap());
    assert!(
        matches!(read, Err(PictureError::Incomplete { have: 1, of }) if of > 10),
        "{read:?}"
    );
}

#[test]
fn a_second_animation_takes_over_from_an_unfinished_one() {
    let old = Token::from_str(&token_of(10)).unwrap();
    let new = Token::from_str(&token_of(2)).unwrap();
    let mut camera = Frames::new();
    let mut show = |text: &str| {
        let frame = grey(text);
        camera
            .look(frame.as_raw(), frame.width(), frame.height())
            .unwrap()
    };
    assert!(matches!(
        show(&old.ur_encoder(200).unwrap().next_part().unwrap()),
        Seen::Part { have: 1, .. }
    ));
    let mut parts = new.ur_encoder(200).unwrap();
    let mut last = Seen::Nothing;
    for _ in 0..parts.fragment_count() {
        last = show(&parts.next_part().unwrap());
    }
    assert_eq!(last, Seen::Token(new.to_string()));
}

#[test]
fn an_animation_of_something_else_is_not_taken_for_money() {
    // The CBOR byte string "hello" (BCR-2020-005).
    let frame = grey("ur:bytes/feisihjzjzjlckihjevd");
    let mut camera = Frames::new();
    let last = camera.look(frame.as_raw(), frame.width(), frame.height());
    assert_eq!(last, Err(PictureError::NotEcash));
}

#[test]
fn a_camera_frame_of_the_wrong_size_is_refused() {
    let mut camera = Frames::new();
    for (length, width, height) in [(99, 10, 10), (101, 10, 10), (0, 0, 1)] {
        let read = camera.look(&vec![255; length], width, height);
        if length == 0 {
            assert_eq!(read, Ok(Seen::Nothing));
        } else {
            assert_eq!(
                read,
                Err(PictureError::WrongSize {
                    width,
                    height,
                    pixels: length
                })
            );
        }
    }
    assert_eq!(
        camera.look(&[], u32::MAX, u32::MAX),
        Err(PictureError::TooManyPixels { max: MAX_PIXELS })
    );
}

#[test]
fn debug_of_what_a_camera_saw_shows_no_money() {
    let seen = [
        Seen::Token("cashuBcanary".into()),
        Seen::Codes(vec!["cashuBcanary".into()]),
    ];
    let camera = Frames::new();
    assert!(!format!("{seen:?}{camera:?}").contains("canary"));
}

#[test]
fn a_camera_hears_a_moving_code_in_any_order_and_misses_some_of_it() {
    let token = token_of(60);
    let parts = animation_parts(&token).unwrap();
    assert!(parts.len() > 3, "{}", parts.len());
    // It comes in somewhere in the middle, and every fourth picture is blurred.
    let mut seen = parts.iter().cycle().skip(parts.len() / 2).enumerate();
    let mut frames = Frames::new();
    let whole = seen
        .by_ref()
        .take(8 * parts.len())
        .filter(|(turn, _)| turn % 4 != 0)
        .find_map(|(_, part)| match frames.hear(part).unwrap() {
            Seen::Token(text) => Some(text),
            _ => None,
        });
    assert_eq!(whole.as_deref(), Some(token.as_str()));
    assert_eq!(
        frames.hear("lnbc1").unwrap(),
        Seen::Codes(vec!["lnbc1".to_owned()])
    );
}

#[test]
fn only_long_tokens_need_an_animation() {
    assert!(!needs_animation(&token_of(2)));
    assert!(!needs_animation(&"x".repeat(2_000)));
    assert_eq!(animated_gif("lnbc1"), Err(DrawError::NotEcash));
    assert!(matches!(
        animated_gif(&token_of(400)),
        Err(DrawError::TooLong { .. })
    ));
    assert_eq!(
        read_picture(&animated_gif(&token_of(1)).unwrap()).unwrap(),
        [token_of(1)]
    );
}

#[test]
fn the_longest_text_is_drawn_and_one_byte_more_is_not() {
    let longest = "x".repeat(2_953);
    assert_eq!(read_picture(&qr_png(&longest).unwrap()).unwrap(), [longest]);
    assert_eq!(
        qr_png(&"x".repeat(2_954)),
        Err(DrawError::TooLong { max: 2_953 })
    );
    assert_eq!(qr_png(""), Err(DrawError::Empty));
    assert_eq!(qr_terminal(""), Err(DrawError::Empty));
}

#[test]
fn an_invoice_is_drawn_smaller_in_capitals_and_still_says_the_same() {
    let invoice = include_str!("../code/vectors/bolt11_valid.txt")
        .lines()
        .next()
        .unwrap();
    let read = read_picture(&qr_png(invoice).unwrap()).unwrap();
    assert_eq!(read, [invoice.to_uppercase()]);
    assert_eq!(crate::code::read(&read[0]), crate::code::read(invoice));
    // A token means something else in capitals.
    let token = token_of(1);
    assert_eq!(read_picture(&qr_png(&token).unwrap()).unwrap(), [token]);
}

#[test]
fn a_terminal_shows_a_code_that_a_camera_reads() {
    let text = "https://shop.example/pay?order=7";
    let drawn = qr_terminal(text).unwrap();
    let mut rows: Vec<Vec<u8>> = Vec::new();
    for line in drawn.lines() {
        let cells = line
            .strip_prefix("\u{1b}[38;5;16;48;5;231m")
            .unwrap()
            .strip_suffix("\u{1b}[0m")
            .unwrap();
        let half = |dark: &str| {
            cells
                .chars()
                .map(|c| if dark.contains(c) { 0 } else { 255 })
                .collect()
        };
        rows.push(half("█▀"));
        rows.push(half("█▄"));
    }
    let (width, height) = (rows[0].len() as u32, rows.len() as u32);
    let small = GrayImage::from_raw(width, height, rows.concat()).unwrap();
    let large = imageops::resize(&small, width * 8, height * 8, imageops::FilterType::Nearest);
    assert_eq!(read_picture(&png_of(large)).unwrap(), [text]);
    assert!(
        rows[..4].concat().iter().all(|light| *light == 255),
        "a quiet zone above"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_drawn_is_read_back(text in "[!-~]{1,400}|[!-~]{400,2900}") {
        prop_assert_eq!(read_picture(&qr_png(&text).unwrap()).unwrap(), [text]);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        start in prop::sample::select(vec![
            &b""[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a\x10\0\x10\0\x80\0\0", b"GIF87a",
            b"RIFF\xff\0\0\0WEBPVP8 ", b"RIFF\xff\0\0\0WEBPVP8L", b"BM\xff\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        prop_assert!(read_picture(&[start, &bytes].concat()).is_err());
    }

    #[test]
    fn nor_does_a_good_picture_gone_wrong(
        at in any::<prop::sample::Index>(), with in any::<u8>(), animated in any::<bool>(), cut in any::<bool>(),
    ) {
        let mut bytes = if animated {
            animated_gif(&token_of(3)).unwrap()
        } else {
            jpeg(&grey("https://shop.example/7"), 60)
        };
        let at = at.index(bytes.len());
        bytes[at] = with;
        if cut {
            bytes.truncate(at);
        }
        let _ = read_picture(&bytes);
    }
}
