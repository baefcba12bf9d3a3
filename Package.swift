// swift-tools-version:6.2
import PackageDescription

// Warnings stop the build only where CI is set: a newer compiler at a user's desk may know new ones.
let strict: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    strict + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]

let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let hashTrees: Target.Dependency = .product(
    name: "HashTreeCollections", package: "swift-collections")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// Charts as PNG and pages as PDF need Cairo and Pango; `--disable-default-traits` builds without them.
let pictures: TargetDependencyCondition? = .when(traits: ["Pictures"])

/// A library target with the house's settings.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target; fixtures are read from the checkout, not copied into a bundle.
func tests(_ name: String, _ dependencies: [Target.Dependency], fixtures: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: fixtures, swiftSettings: settings)
}

let package = Package(
    name: "hundred",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "hundred", targets: ["hundred"])],
    traits: [.trait(name: "Pictures"), .default(enabledTraits: ["Pictures"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(
            name: "CPango", pkgConfig: "pangocairo",
            providers: [
                .apt(["libcairo2-dev", "libpango1.0-dev", "zlib1g-dev"]),
                .brew(["cairo", "pango"]),
            ]),
        .systemLibrary(name: "CLinux"),
        room("Platform", ["CLinux"]),
        room("JSON", []),
        room("Language", [collections]),
        room("Accelerator", ["Language", "JSON", collections, hashTrees]),
        room("Runtime", ["Accelerator", "Language", log, metrics, lifecycle]),
        room("Storage", ["Runtime", "Accelerator", "Language", "JSON", "Platform", crypto]),
        room("Transport", ["CCurl", "Platform", log]),
        room("Pictures", ["Language", .target(name: "CPango", condition: pictures)]),
        room("Channels", ["Transport", "JSON", "Runtime", "Accelerator", "Language", crypto, log]),
        .executableTarget(
            name: "hundred",
            dependencies: [
                "Channels", "Storage", "Transport", "Runtime", "Accelerator", "Language", "JSON",
                "Platform",
                "CQREncode", .target(name: "Pictures", condition: pictures), arguments, hummingbird,
                nio, nioPosix, yams, log, metrics, lifecycle, signals, crypto,
            ],
            path: "Sources/App", swiftSettings: settings),
        .executableTarget(
            name: "hundred-bench",
            dependencies: [
                "Channels", "Storage", "Transport", "Runtime", "Accelerator", "Language", "JSON",
                "Platform",
                .target(name: "Pictures", condition: pictures), arguments, yams, log, metrics,
                lifecycle, crypto,
            ],
            path: "Benchmarks", swiftSettings: settings),
        // What several suites need: seeds, the machine, two trees compared.
        .target(
            name: "TestKit", dependencies: ["Runtime", "Language", "JSON", "Platform"],
            path: "Tests/Kit",
            swiftSettings: settings),
        tests("PlatformTests", ["Platform"]),
        tests("JSONTests", ["TestKit", "Runtime", "JSON"], fixtures: ["Corpus"]),
        tests("LanguageTests", ["TestKit", "Runtime", "Language"]),
        tests(
            "AcceleratorTests", ["TestKit", "Runtime", "Accelerator", "Language", "JSON"],
            fixtures: ["Golden/events.ndjson"]),
        tests("RuntimeTests", ["TestKit", "Runtime", "Accelerator", "Language", log, lifecycle]),
        tests(
            "StorageTests",
            ["TestKit", "Storage", "Runtime", "Accelerator", "Language", "JSON", "Platform"],
            fixtures: ["Golden"]),
        tests("TransportTests", ["TestKit", "Runtime", "Transport", "Platform", log]),
        tests("PicturesTests", [.target(name: "Pictures", condition: pictures), "Language"]),
        tests(
            "ChannelsTests",
            ["TestKit", "Channels", "Transport", "Runtime", "Accelerator", "Language", "JSON"]),
        tests(
            "AppTests", ["TestKit", "hundred", "Runtime", "Accelerator", "Language", "JSON", yams],
            fixtures: [
                "Whole/role-matrix.txt", "Whole/transitions.txt", "Whole/role-states.txt",
                "Whole/unsaid.txt", "Whole/hundred-days.txt",
            ]),
    ]
)
