/// The six plural categories of CLDR, as the patterns name them.
package enum PluralCategory: Int, Hashable, Sendable, CaseIterable {
    case zero, one, two, few, many, other

    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
    package var name: String {
        switch self {
        case .zero: "zero"
        case .one: "one"
        case .two: "two"
        case .few: "few"
        case .many: "many"
        case .other: "other"
        }
    }
}

/// Which form of a word goes with a number: the rules of CLDR (cldr.unicode.org,
/// supplemental/plurals) by family of languages, written by hand because a handful of lines
/// replaces 40 MB of ICU.
package enum PluralRule: Hashable, Sendable {
    /// one: 1 (without decimals). English, German, and any language not named here.
    case one
    /// one: 1, also as 1.0. Kazakh, Kyrgyz, Uzbek, Turkish.
    case exactlyOne
    /// one: 0 … 1.99. French, Armenian.
    case upToTwo
    /// one 1 21 31, few 2 3 4 22, many 0 5 11 12, other 1.5. Russian, Ukrainian, Belarusian.
    case eastSlavic
    /// zero, one, two, few 3 … 10, many 11 … 99, other 100 101 102 1.5. Arabic.
    case arabic
    /// No forms. Chinese, Japanese, Indonesian, Thai, Vietnamese.
    case none

    /// The rule for a language tag: `ru`, `ar-AE`.
    package init(tag: String) {
        switch String(tag.prefix { $0 != "-" && $0 != "_" }).lowercased() {
        case "ru", "uk", "be": self = .eastSlavic
        case "ar": self = .arabic
        case "kk", "ky", "uz", "tr", "tk", "az", "mn", "ka", "hu": self = .exactlyOne
        case "fr", "hy": self = .upToTwo
        case "zh", "ja", "ko", "th", "vi", "id", "ms": self = .none
        default: self = .one
        }
    }

    /// The category of a number; its sign plays no part.
    package func category(_ n: FixedDecimal) -> PluralCategory {
        let i = n.whole
        switch self {
        case .none: return .other
        case .one, .exactlyOne: return n.isWhole && i == 1 ? .one : .other
        case .upToTwo: return i < 2 ? .one : .other
        case .eastSlavic:
            guard n.isWhole else { return .other }
            let tens = i % 100
            let ones = i % 10
            if ones == 1, tens != 11 { return .one }
            if (2...4).contains(ones), !(12...14).contains(tens) { return .few }
            return .many
        case .arabic:
            guard n.isWhole else { return .other }
            switch i {
            case 0: return .zero
            case 1: return .one
            case 2: return .two
            default:
                let tens = i % 100
                return (3...10).contains(tens) ? .few : tens >= 11 ? .many : .other
            }
        }
    }

    /// The category of a place in a row: 1st, 2nd, 3rd, 4th, 11th. English has forms; Kazakh has
    /// two.
    package static func ordinal(_ n: FixedDecimal, tag: String) -> PluralCategory {
        guard n.isWhole else { return .other }
        let i = n.whole
        let ones = i % 10
        let tens = i % 100
        switch String(tag.prefix { $0 != "-" && $0 != "_" }).lowercased() {
        case "en":
            if ones == 1, tens != 11 { return .one }
            if ones == 2, tens != 12 { return .two }
            return ones == 3 && tens != 13 ? .few : .other
        case "kk": return ones == 6 || ones == 9 || (ones == 0 && i != 0) ? .many : .other
        default: return .other
        }
    }
}
