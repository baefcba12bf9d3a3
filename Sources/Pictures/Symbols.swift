import Language

extension Pen {
    /// The shape that goes with a tone, so that nobody needs its colour: a disc with a tick, a triangle, a
    /// diamond, a star, a square, a ring.
    func symbol(_ tone: Chart.Tone, x: Double, y: Double, radius r: Double) {
        let ink = tone.ink
        switch tone {
        case .good:
            dot(x: x, y: y, radius: r, ink)
            // A tick is not mirrored: it looks the same in every language.
            let side = isRightToLeft ? -1.0 : 1
            line(
                [
                    (x - side * r * 0.45, y + r * 0.05), (x - side * r * 0.1, y + r * 0.4),
                    (x + side * r * 0.5, y - r * 0.4),
                ], .paper, width: max(1.5, r * 0.22))
        case .warning:
            shape([(x, y - r * 1.1), (x + r * 1.1, y + r * 0.9), (x - r * 1.1, y + r * 0.9)], ink)
            line([(x, y - r * 0.4), (x, y + r * 0.25)], .text, width: max(1.5, r * 0.2))
            dot(x: x, y: y + r * 0.6, radius: max(1, r * 0.13), .text)
        case .bad:
            shape([(x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)], ink)
            let d = r * 0.38
            line([(x - d, y - d), (x + d, y + d)], .paper, width: max(1.5, r * 0.2))
            line([(x - d, y + d), (x + d, y - d)], .paper, width: max(1.5, r * 0.2))
        case .done:
            // Five points: cosine and sine of 36° steps, the inner ones at 0.45 of the radius.
            let unit: [(Double, Double)] = [
                (0, -1), (0.2645, -0.3641), (0.9511, -0.3090), (0.4280, 0.1391), (0.5878, 0.8090),
                (0, 0.45),
                (-0.5878, 0.8090), (-0.4280, 0.1391), (-0.9511, -0.3090), (-0.2645, -0.3641),
            ]
            shape(unit.map { (x + $0.0 * r * 1.25, y + $0.1 * r * 1.25) }, ink)
        case .ended: shape([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], ink)
        case .unknown: dot(x: x, y: y, radius: r * 0.85, ink, isHollow: true)
        }
    }
}
