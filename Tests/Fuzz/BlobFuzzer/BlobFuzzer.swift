import FuzzChecks

/// What libFuzzer calls with every input.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Input.blob.checkOrTrap(start, count)
}
