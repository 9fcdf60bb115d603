// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MARK: Instruction set of the training kernels

/// The x86-64 level the training kernels are compiled for: what this machine has, or `MLE_CPU`
/// (`x86-64`, `x86-64-v3`, `x86-64-v4`). The trainer checks at its start that the CPU it runs on
/// has it. The device side is always built for the baseline; a firmware build names its own CPU.
let trainingCPU: String? = {
  if let asked = Context.environment["MLE_CPU"] { return asked }
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
  else { return nil }
  let flags = Set(line.split(separator: " "))
  if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) {
    return "x86-64-v4"
  }
  return flags.isSuperset(of: ["avx2", "fma", "bmi2"]) ? "x86-64-v3" : nil
}()

/// Optimized in debug builds too, where they would be a hundred times slower; without `errno`, which
/// nobody reads and which keeps a square root from being one instruction.
let kernels: [SwiftSetting] = {
  let always = ["-O", "-Xcc", "-fno-math-errno"]
  guard let level = trainingCPU else { return [.unsafeFlags(always)] }
  let instructions = ["-Xcc", "-march=\(level)"]
  guard level == "x86-64-v4" else { return [.unsafeFlags(always + instructions)] }
  let wide = ["-Xcc", "-mprefer-vector-width=512"]
  return [.unsafeFlags(always + instructions + wide), .define("WIDE_REGISTERS")]
}()

// MARK: Device side

/// The modules that run on a device stay inside what Embedded Swift can compile.
let onDevice: [SwiftSetting] = [.treatWarning("EmbeddedRestrictions", as: .error)]

/// The same sources a second time, through the links in `Sources/Embedded`, as Embedded Swift: what
/// a firmware image gets. `import ModelFormat` means the twin there.
///
/// - Parameter needsHeap: where it is false, the compiler refuses what would allocate; in debug
///   builds only, for it takes conversions to UInt64 on 32 bits for allocations.
func embedded(
  _ name: String, dependencies: [Target.Dependency] = [], exclude: [String] = [],
  needsHeap: Bool = true, optimization: String = "-Osize"
) -> Target {
  .target(
    name: "\(name)Embedded", dependencies: dependencies, path: "Sources/Embedded/\(name)",
    exclude: exclude,
    swiftSettings: embeddedSettings + [.unsafeFlags([optimization], .when(configuration: .release))]
      + (needsHeap ? [] : [.unsafeFlags(["-no-allocations"], .when(configuration: .debug))]))
}

/// A program that is only a `main` in C: without the first flag the linker is asked for the ordinary
/// Swift library.
func embeddedPlayer(_ name: String, path: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["PlayerEmbedded"], path: path,
    linkerSettings: [
      .unsafeFlags(["-enable-experimental-feature", "Embedded", "-Xlinker", "--gc-sections"])
    ])
}

/// How everything of the device is compiled as Embedded Swift.
let embeddedSettings: [SwiftSetting] = {
  let aliases = ["KernelTrace", "LiveTrace", "ModelFormat", "Scoring", "Player"].flatMap {
    ["-module-alias", "\($0)=\($0)Embedded"]
  }
  return [
    .enableExperimentalFeature("Embedded"),
    // Sections of their own let the linker drop what is not called; no hash of the module is kept,
    // which differs from directory to directory; a function has one trap for all of its checks.
    .unsafeFlags(
      aliases + ["-Xfrontend", "-function-sections", "-Xfrontend", "-mergeable-traps"]
        + ["-Xfrontend", "-disable-incremental-llvm-codegen"]),
  ]
}()

// MARK: Fuzzing

/// Programs without a main of their own, which libFuzzer brings (`docs/fuzzing.md`).
let fuzzers: [Target] =
  Context.environment["MLE_FUZZ"] == nil
  ? []
  : ["Blob", "Capture", "Line"].map {
    .executableTarget(
      name: "\($0)Fuzzer", dependencies: ["FuzzChecks"], path: "Tests/Fuzz/\($0)Fuzzer",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  }

let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "mle",
  products: [
    .executable(name: "mle-trainer", targets: ["mle-trainer"]),
    .executable(name: "mle-export", targets: ["mle-export"]),
    .executable(name: "mle-player", targets: ["mle-player"]),
    .executable(name: "mle-player-embedded", targets: ["mle-player-embedded"]),
    .executable(name: "mle-player-score", targets: ["mle-player-score"]),
    .library(name: "mleplayer", type: .static, targets: ["PlayerAPIEmbedded"]),
    .library(name: "mle-scoring", type: .static, targets: ["ScoringEmbedded"]),
    .library(name: "allocation-counter", type: .dynamic, targets: ["AllocationCounter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // Device side: no dependency but the C library.
    .target(name: "CPlatform"),
    .target(name: "CDotProduct"),
    .target(name: "KernelTrace", swiftSettings: onDevice),
    .target(
      name: "LiveTrace", dependencies: ["KernelTrace", "CPlatform"], swiftSettings: onDevice),
    .target(name: "ModelFormat", dependencies: ["KernelTrace"], swiftSettings: onDevice),
    .target(
      name: "Scoring", dependencies: ["ModelFormat", "KernelTrace", "CDotProduct"],
      swiftSettings: onDevice),
    .target(
      name: "Player",
      dependencies: ["Scoring", "KernelTrace", "LiveTrace", "ModelFormat", "CPlatform"],
      swiftSettings: onDevice),
    .executableTarget(name: "mle-player", dependencies: ["Player"]),
    .target(name: "CMLEPlayer"),
    .target(
      name: "PlayerAPI", dependencies: ["Scoring", "KernelTrace", "ModelFormat", "CMLEPlayer"],
      swiftSettings: onDevice),

    embedded("KernelTrace"),
    embedded("LiveTrace", dependencies: ["KernelTraceEmbedded", "CPlatform"]),
    embedded(
      "ModelFormat", dependencies: ["KernelTraceEmbedded"], exclude: ["Writing"],
      needsHeap: false),
    // For speed; what does not run for every event is marked `@_optimize(size)` there.
    embedded(
      "Scoring", dependencies: ["ModelFormatEmbedded", "KernelTraceEmbedded", "CDotProduct"],
      needsHeap: false, optimization: "-O"),
    embedded(
      "Player",
      dependencies: [
        "ScoringEmbedded", "KernelTraceEmbedded", "LiveTraceEmbedded", "ModelFormatEmbedded",
        "CPlatform",
      ], exclude: ["Replay"]),
    // All optimized for speed: the linker keeps one copy of a function, and it may be this module's.
    embedded(
      "PlayerAPI",
      dependencies: [
        "ScoringEmbedded", "KernelTraceEmbedded", "ModelFormatEmbedded", "CMLEPlayer",
      ], needsHeap: false, optimization: "-O"),
    embeddedPlayer("mle-player-embedded", path: "Sources/Embedded/mle-player"),
    // `score` and `info` only.
    embeddedPlayer("mle-player-score", path: "Sources/Embedded/mle-player-score"),

    // Host side.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "TraceData", dependencies: ["CHDF5", "CZlib", "KernelTrace"]),
    .target(name: "CCPUFeatures"),
    .target(name: "Checkpoints", dependencies: ["TraceData", "ModelFormat"]),
    .target(
      name: "Training", dependencies: ["Checkpoints", "TraceData", "ModelFormat", "CCPUFeatures"],
      swiftSettings: kernels),
    .target(name: "Evaluation", dependencies: ["TraceData", "Scoring", "ModelFormat"]),
    .target(
      name: "CommandSupport",
      dependencies: [
        "Checkpoints", "Evaluation", "TraceData", "Scoring", "ModelFormat", arguments,
      ]),
    .executableTarget(
      name: "mle-trainer",
      dependencies: [
        "CommandSupport", "Training", "Checkpoints", "CCPUFeatures", "Evaluation", "TraceData",
        arguments,
      ]),
    .executableTarget(
      name: "mle-export",
      dependencies: [
        "CommandSupport", "Checkpoints", "Evaluation", "Scoring", "ModelFormat", "TraceData",
        arguments,
      ]),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Scoring", "ModelFormat"], path: "Tests/TestSupport"),
    .testTarget(
      name: "ModelFormatTests", dependencies: ["ModelFormat", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "KernelTraceTests", dependencies: ["KernelTrace", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "LiveTraceTests",
      dependencies: ["LiveTrace", "KernelTrace", "CPlatform", "TestSupport", "live-child"]),
    .executableTarget(
      name: "live-child", path: "Tests/LiveChild", linkerSettings: [.linkedLibrary("pthread")]),
    .executableTarget(
      name: "replay-maker", dependencies: ["TestSupport"], path: "Tests/ReplayMaker"),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .target(
      name: "DeviceReplay",
      dependencies: ["ScoringEmbedded", "ModelFormatEmbedded", "KernelTraceEmbedded"],
      path: "Tests/CortexM/Replay", swiftSettings: embeddedSettings),
    .testTarget(name: "ScoringTests", dependencies: ["Scoring", "TestSupport"]),
    .testTarget(
      name: "PlayerTests", dependencies: ["Player", "LiveTrace", "CPlatform", "TestSupport"]),
    .testTarget(name: "PlayerAPITests", dependencies: ["PlayerAPI", "CMLEPlayer", "TestSupport"]),
    .testTarget(
      name: "TraceDataTests", dependencies: ["TraceData", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "CheckpointsTests", dependencies: ["Checkpoints", "TraceData", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "Checkpoints", "CCPUFeatures", "Scoring", "TestSupport"],
      resources: [.copy("Golden")],
      // The reference networks are slow enough when they are optimized.
      swiftSettings: [.unsafeFlags(["-O"])]),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Evaluation", "Training", "Checkpoints", "CCPUFeatures", "TraceData", "Scoring",
        "ModelFormat", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .target(
      name: "FuzzChecks", dependencies: ["Scoring", "ModelFormat", "KernelTrace"],
      path: "Tests/Fuzz/Checks"),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzChecks"], path: "Tests/Fuzz/FuzzTests"),
  ] + fuzzers
)
