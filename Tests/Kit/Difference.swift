package import JSON

/// The first place where two trees differ; numbers are compared as numbers.
package func difference(_ a: JSONValue, _ b: JSONValue, at path: String = "") -> String? {
    switch (a, b) {
    case (.array(let x), .array(let y)):
        if x.count != y.count { return "\(path): \(x.count) elements and \(y.count)" }
        for (place, pair) in zip(x, y).enumerated() {
            if let found = difference(pair.0, pair.1, at: "\(path)[\(place)]") { return found }
        }
        return nil
    case (.object(let x), .object(let y)):
        for member in x.members {
            guard let other = y[member.name] else {
                return "\(path).\(member.name): only in the first"
            }
            if let found = difference(member.value, other, at: "\(path).\(member.name)") {
                return found
            }
        }
        return y.members.first { x[$0.name] == nil }.map {
            "\(path).\($0.name): only in the second"
        }
    default:
        if let x = a.double, let y = b.double { return x == y ? nil : "\(path): \(x) and \(y)" }
        return a == b ? nil : "\(path): \(a) and \(b)"
    }
}
