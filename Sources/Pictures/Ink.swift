import Language

/// Colours that people with any colour vision tell apart (Okabe and Ito), and greys.
struct Ink: Hashable {
    var red: Double
    var green: Double
    var blue: Double
    var alpha = 1.0

    init(_ rgb: UInt32, alpha: Double = 1) {
        red = Double(rgb >> 16 & 0xFF) / 255
        green = Double(rgb >> 8 & 0xFF) / 255
        blue = Double(rgb & 0xFF) / 255
        self.alpha = alpha
    }

    static let paper = Ink(0xFFFFFF)
    static let text = Ink(0x1A1A1A)
    static let quiet = Ink(0x595959)
    static let grid = Ink(0xDEDEDE)
    static let track = Ink(0xE9E9E9)
    static let measured = Ink(0x0072B2)
    static let expected = Ink(0x8A8A8A)
    static let level = Ink(0x1A1A1A)
    static let former = Ink(0x8A8A8A)
    static let band = Ink(0x56B4E9, alpha: 0.22)
    static let now = Ink(0x595959)
}

extension Chart.Tone {
    var ink: Ink {
        switch self {
        case .good: Ink(0x00805C)
        case .warning: Ink(0xE69F00)
        case .bad: Ink(0xC44E00)
        case .done: Ink(0x0072B2)
        case .ended: Ink(0x3C3C3C)
        case .unknown: Ink(0x8A8A8A)
        }
    }

    /// For words on white: dark enough to be read.
    var word: Ink { self == .warning ? Ink(0x8A5F00) : self == .unknown ? .quiet : ink }
}
