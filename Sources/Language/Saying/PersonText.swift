/// What people and files wrote, made safe to show beside our own words: it can't turn the text
/// around it, hide, break lines or pile marks over neighbours (reliability.md 3.3, "Names
/// anywhere").
public enum PersonText {
    /// The text as it may be shown, on one line:
    /// line ends and tabs become spaces; other controls, direction controls, zero-width and tag
    /// characters go; a joiner stays only between emoji or letters that join; at most four marks on
    /// one base; more than `limit` scalars end with `…`.
    public static func clean(_ text: String, limit: Int = 500) -> String {
        if text.utf8.count <= limit, isPlain(text) { return text }
        var out = String.UnicodeScalarView()
        var count = 0
        var marks = 0
        var joiner: Unicode.Scalar?
        var last: Unicode.Scalar?
        // Where the text ends if it turns out too long: the last place is the ellipsis's.
        var cut = out.endIndex
        func add(_ scalar: Unicode.Scalar) {
            if count < limit { out.append(scalar) }
            count += 1
            if count == limit - 1 { cut = out.endIndex }
        }
        for scalar in text.unicodeScalars {
            var kept = scalar
            switch fate(of: scalar) {
            case .drop: continue
            case .space: kept = " "
            case .joiner:
                joiner = scalar
                continue
            case .mark:
                marks += 1
                if marks > 4 { continue }
            case .keep: marks = 0
            }
            if let waiting = joiner {
                joiner = nil
                if let before = last, joins(before, kept) { add(waiting) }
            }
            add(kept)
            if count > limit { break }
            last = kept
        }
        guard count > limit else { return String(out) }
        out.removeSubrange(cut...)
        if let end = out.last, end.value == 0x200C || end.value == 0x200D { out.removeLast() }
        return String(out) + "…"
    }

    /// Whether any scalar is written right to left, so that the text needs an isolate among Latin
    /// text.
    public static func hasRightToLeft(_ text: String) -> Bool {
        // U+0590, the first such scalar, begins with the byte D6; Latin, Greek and Cyrillic stay
        // below.
        var isSuspect = false
        for byte in text.utf8 where byte >= 0xD6 {
            isSuspect = true
            break
        }
        guard isSuspect else { return false }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF,
                0x1E800...0x1EFFF:
                return true
            default: continue
            }
        }
        return false
    }

    /// Printable ASCII and U+0400 … U+047F only: nothing to take out, known byte by byte.
    private static func isPlain(_ text: String) -> Bool {
        for byte in text.utf8 {
            switch byte {
            case 0x20...0x7E, 0x80...0xBF, 0xD0, 0xD1: continue
            default: return false
            }
        }
        return true
    }

    private enum Fate { case keep, drop, space, mark, joiner }

    private static func fate(of scalar: Unicode.Scalar) -> Fate {
        switch scalar.value {
        case 0x09, 0x0A, 0x85, 0x2028, 0x2029: return .space
        case 0x00...0x1F, 0x7F...0x9F: return .drop
        case 0x20...0x7E: return .keep
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x3164, 0xFFA0:
            return .drop
        case 0x200C, 0x200D: return .joiner
        case 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF0...0xFFFB:
            return .drop
        case 0xFE00...0xFE0E, 0xE0000...0xE0FFF: return .drop
        case 0xFE0F, 0x1F3FB...0x1F3FF, 0x20E3: return .mark
        case 0xA0...0x2FF: return .keep
        case 0xFDD0...0xFDEF: return .drop
        default:
            if scalar.value & 0xFFFE == 0xFFFE { return .drop }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark: return .mark
            case .control, .format: return .drop
            default: return .keep
            }
        }
    }

    /// Whether a zero-width joiner or non-joiner has work to do between these two.
    private static func joins(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Bool {
        func isScript(_ s: Unicode.Scalar) -> Bool {
            switch s.value {
            case 0x620...0x77F, 0x8A0...0x8FF, 0x900...0xDFF, 0xFB50...0xFDFF, 0xFE70...0xFEFE: true
            default: false
            }
        }
        func isEmoji(_ s: Unicode.Scalar) -> Bool {
            s.value == 0xFE0F || (s.value > 0x200F && s.properties.isEmoji)
        }
        return (isScript(a) && isScript(b)) || (isEmoji(a) && isEmoji(b))
    }
}
