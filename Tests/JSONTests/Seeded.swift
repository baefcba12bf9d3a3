import JSON
import Runtime
import TestKit

extension Seeded {
    /// A value of every kind, nested at most so deep.
    mutating func value(depth: Int = 4) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int64(bitPattern: next()))
        case 3: return .integer(Int64.random(in: -1000...1000, using: &self))
        case 4: return .number(double())
        case 5, 6: return .string(text())
        case 7:
            let count = Int.random(in: 0..<6, using: &self)
            return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<24, using: &self) {
                object[text()] = value(depth: depth - 1)
            }
            return .object(object)
        }
    }

    /// A double that no integer is written as.
    private mutating func double() -> Double {
        while true {
            let double =
                Bool.random(using: &self)
                ? Double(bitPattern: next()) : Double.random(in: -1e6...1e6, using: &self)
            if double.isFinite, double != double.rounded() || double.magnitude >= 0x1p63 {
                return double
            }
        }
    }

    mutating func text() -> String {
        let alphabet: [String] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\r", "\t", "\u{0}", "\u{1F}", "\u{7F}",
            "é", "e\u{301}", "қ", "ع", "\u{2028}", "\u{FEFF}", "😀", "\u{10FFFF}", "{", "[", ":",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0..<20, using: &self) {
            text += alphabet[Int.random(in: 0..<alphabet.count, using: &self)]
        }
        return text
    }
}
